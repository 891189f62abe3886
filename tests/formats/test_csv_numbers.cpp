#include <gmock/gmock.h>

#include <bit>
#include <cmath>
#include <fstream>

#include "lib/formats/csv_numbers.hpp"
#include "lib/formats/csv_writer.hpp"
#include "lib/formats/file.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {
namespace {

using testing::ElementsAre;
using testing::IsNan;
using testing::ThrowsMessage;
using Words = std::vector<std::string>;
using Floats = std::vector<float>;

struct Table {
  Words names;
  std::vector<Floats> rows;
};

class CsvFile {
 public:
  explicit CsvFile(const std::string& text) { become(text); }

  void become(const std::string& text) const {
    std::filesystem::remove(path());  // ext4 takes milliseconds to write over a file
    std::ofstream(path(), std::ios::binary) << text;
  }
  std::string path() const { return (folder_ / "a.csv").string(); }
  Table read() const {
    Table table;
    table.names = read_number_csv(path(), [&](std::span<const float> row) {
      table.rows.emplace_back(row.begin(), row.end());
    });
    return table;
  }

 private:
  TemporaryFolder folder_;
};

void expect_wrong(const std::string& text, const std::string& where_and_why) {
  const CsvFile file(text);
  EXPECT_THAT([&] { file.read(); },
              ThrowsMessage<std::invalid_argument>(file.path() + ":" + where_and_why));
}

TEST(CsvNumbers, AreReadRowByRow) {
  const Table table = CsvFile("a,b\n1,-2.5\n1e10,.5\n").read();
  EXPECT_THAT(table.names, ElementsAre("a", "b"));
  EXPECT_THAT(table.rows, ElementsAre(Floats{1, -2.5f}, Floats{1e10f, .5f}));
}

TEST(CsvNumbers, ThatWereWrittenComeBackBitByBit) {
  const TemporaryFolder folder;
  const Words names{"a", "with,comma", "say \"hi\"", "two\nlines", "\"", "caf\xc3\xa9", " 7"};
  std::vector<Floats> rows;
  for (uint32_t i = 0; i < 20'000; ++i) {
    Floats row;
    for (uint32_t j = 0; j < names.size(); ++j) {
      const auto value = std::bit_cast<float>((i * 7 + j) * 30'677u);
      row.push_back(std::isnan(value) ? 0.0f : value);
    }
    rows.push_back(row);
  }
  CsvWriter writer(folder / "a.csv", names);
  for (const Floats& row : rows) writer.row(row);
  writer.commit();
  size_t done = 0;
  const Words read = read_number_csv(folder / "a.csv", [&](std::span<const float> row) {
    ASSERT_EQ(row.size(), names.size());
    for (size_t j = 0; j < row.size(); ++j) {
      ASSERT_EQ(std::bit_cast<uint32_t>(row[j]), std::bit_cast<uint32_t>(rows.at(done)[j])) << done;
    }
    ++done;
  });
  EXPECT_EQ(done, rows.size());
  EXPECT_EQ(read, names);
}

TEST(CsvNumbers, MayBeNanOrInfinite) {
  EXPECT_THAT(CsvFile("a,b,c\nnan,inf,-inf\n").read().rows.at(0),
              ElementsAre(IsNan(), INFINITY, -INFINITY));
}

TEST(CsvNumbers, MayHaveLinesOfTheOtherEnd) {
  const Table table = CsvFile("a,\"b\"\r\n1,2\r\n").read();
  EXPECT_THAT(table.names, ElementsAre("a", "b"));
  EXPECT_THAT(table.rows, ElementsAre(Floats{1, 2}));
}

TEST(CsvNumbers, MayBeNone) {
  const Table table = CsvFile("a,b\n").read();
  EXPECT_THAT(table.names, ElementsAre("a", "b"));
  EXPECT_TRUE(table.rows.empty());
}

TEST(CsvNumbers, NeedAHeader) {
  const CsvFile file("");
  EXPECT_THAT([&] { file.read(); },
              ThrowsMessage<std::invalid_argument>(
                  "cannot read '" + file.path() +
                  "': it holds nothing; a line of column names and a row or more are needed"));
  expect_wrong("1,2\n3,4\n",
               "1: the first line must hold the names of the columns, and these are numbers");
  EXPECT_THAT(CsvFile("1,b\n3,4\n").read().names, ElementsAre("1", "b"));
}

TEST(CsvNumbers, SayWhereSomethingElseIs) {
  expect_wrong("a,b\n1,2\n1,x\n", "3: column 'b': 'x' is not a number");
  expect_wrong("a,b\n,2\n", "2: column 'a': '' is not a number");
  expect_wrong("a,b\n1,\n", "2: column 'b': '' is not a number");
  expect_wrong("a\n\"\"\n", "2: column 'a': '' is not a number");
  expect_wrong("a\n\" 1\"\n", "2: column 'a': ' 1' is not a number");
  expect_wrong("a\n1 2\n", "2: column 'a': '1 2' is not a number");
  expect_wrong("a\n+1\n", "2: column 'a': '+1' is not a number");
  expect_wrong("a\n0x10\n", "2: column 'a': '0x10' is not a number");
  expect_wrong("a\n1;2\n", "2: column 'a': '1;2' is not a number");
  expect_wrong(std::string("a\n1\0\n", 5), "2: column 'a': it holds a zero byte");
}

TEST(CsvNumbers, MayStandInQuotesOrAmongSpacesAndEmptyLines) {
  EXPECT_THAT(CsvFile("a,b\n\n\"1\", 2 \n \n").read().rows, ElementsAre(Floats{1, 2}));
}

TEST(CsvNumbers, SayWhichNumberIsTooLarge) {
  expect_wrong("a\n1e39\n", "2: column 'a': '1e39' is out of the range of float32");
  expect_wrong("a\n-1e999\n", "2: column 'a': '-1e999' is out of the range of float32");
}

TEST(CsvNumbers, SayWhichRowHasAnotherLength) {
  expect_wrong("a,b\n1,2\n1\n", "3: 1 field found, 2 needed as in the header");
  expect_wrong("a,b\n1,2,3\n", "2: 3 fields found, 2 needed as in the header");
}

TEST(CsvNumbers, NeedSoundQuotesInTheirHeader) {
  expect_wrong("a,\"b\n1,2\n", "1: column 2: the quote that opens it is never closed");
  expect_wrong("a,\"b\"c\n1,2\n",
               "1: column 2: its closing quote must be followed by ',' or the end of the line");
  expect_wrong("a,b\"c\n1,2\n",
               "1: column 2: a quote stands within it; the field must be in quotes, and that one "
               "doubled");
}

TEST(CsvNumbers, CutAnywhereButAtALineAreRefused) {
  const std::string whole = "a,\"b\"\n1.25,2\n-3,4e5\n";
  const CsvFile file(whole);
  for (size_t size = 1; size < whole.size(); ++size) {
    file.become(whole.substr(0, size));
    if (whole[size - 1] == '\n') {
      EXPECT_NO_THROW(file.read()) << size;
    } else {
      EXPECT_THAT([&] { file.read(); },
                  ThrowsMessage<std::runtime_error>("'" + file.path() +
                                                    "' is damaged: its last line does "
                                                    "not end; the file may have been cut short"))
          << size;
    }
  }
}

TEST(CsvNumbers, WithAnyByteChangedAreRefusedOrSound) {
  const std::string whole = "a,\"b\"\n1.25,2\n-3,4e5\n";
  const CsvFile file(whole);
  size_t refused = 0;
  for (size_t i = 0; i < 256 * whole.size(); ++i) {
    std::string changed = whole;
    changed[i / 256] = static_cast<char>(i % 256);
    file.become(changed);
    try {
      const Table table = file.read();
      for (const Floats& row : table.rows) ASSERT_EQ(row.size(), table.names.size());
    } catch (const std::runtime_error&) {
      ++refused;
    } catch (const std::invalid_argument&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 100 * whole.size());
}

TEST(CsvNumbers, MayStandInALongLineButNotInAnEndlessOne) {
  std::string names = "c";
  std::string row = "0";
  for (int i = 0; i < 200'000; ++i) {
    names += ",c" + std::to_string(i);
    row += ",0.5";
  }
  EXPECT_EQ(CsvFile(names + "\n" + row + "\n" + row + "\n").read().rows.at(1).size(), 200'001u);
  expect_wrong("a\n" + std::string(40'000'000, '1'), "2: the row is longer than 16 MiB");
}

TEST(CsvNumbers, OfRowsBeforeAnErrorAreGiven) {
  const CsvFile file("a\n1\n2\nx\n");
  Floats seen;
  EXPECT_THROW(
      read_number_csv(file.path(), [&](std::span<const float> row) { seen.push_back(row[0]); }),
      std::invalid_argument);
  EXPECT_THAT(seen, ElementsAre(1, 2));
}

TEST(CsvNumbers, AreNotReadFromAFolder) {
  EXPECT_THAT([] { read_number_csv("/", [](std::span<const float>) {}); },
              ThrowsMessage<std::invalid_argument>("cannot read '/': Is a directory"));
}

}  // namespace
}  // namespace diabolo::formats
