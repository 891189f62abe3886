#include <gmock/gmock.h>

#include <bit>
#include <limits>

#include "lib/formats/csv_writer.hpp"
#include "lib/formats/file.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;
using Words = std::vector<std::string>;
using Floats = std::vector<float>;

/// The file that `write` makes.
template <typename Write>
std::string written(const Words& columns, const Write& write) {
  const TemporaryFolder folder;
  CsvWriter writer(folder / "a.csv", columns);
  write(writer);
  writer.commit();
  EXPECT_THAT(folder.names(), ElementsAre("a.csv"));
  return read_file(folder / "a.csv", 1'000'000);
}

TEST(Csv, BeginsWithTheNamesOfItsColumns) {
  EXPECT_EQ(written({"a", "b c"}, [](CsvWriter&) {}), "a,b c\n");
}

TEST(Csv, HoldsNumbersBesideTextsAndIntegers) {
  const auto write = [](CsvWriter& writer) {
    writer.integer(std::numeric_limits<int64_t>::min());
    writer.numbers(Floats{0.5f, -2});
    writer.text("cat");
    writer.end_row();
    writer.integer(7);
    writer.numbers(Floats{1});
    writer.numbers(Floats{});
    writer.numbers(Floats{3});
    writer.text("");
    writer.end_row();
  };
  EXPECT_EQ(written({"row", "code_0", "code_1", "label"}, write),
            "row,code_0,code_1,label\n-9223372036854775808,0.5,-2,cat\n7,1,3,\n");
}

TEST(Csv, HoldsWholeRows) {
  const auto write = [](CsvWriter& writer) {
    writer.row(Floats{1, 2.5f});
    writer.row(Words{"x", "y"});
  };
  EXPECT_EQ(written({"a", "b"}, write), "a,b\n1,2.5\nx,y\n");
}

TEST(Csv, HoldsNumbersAsTheShortestTextsThatGiveThemBack) {
  const auto write = [](CsvWriter& writer) {
    writer.row(Floats{0.1f, 1.0f / 3, 16777216, 1e10f, 1e-45f, 3.4028235e38f, -0.0f});
    const float infinity = std::numeric_limits<float>::infinity();
    const float negative_nan = std::bit_cast<float>(0xffc00000u);
    writer.row(
        Floats{infinity, -infinity, std::bit_cast<float>(0x7fc00000u), negative_nan, 0, 1, 2});
  };
  EXPECT_EQ(written({"a", "b", "c", "d", "e", "f", "g"}, write),
            "a,b,c,d,e,f,g\n"
            "0.1,0.33333334,16777216,1e+10,1e-45,3.4028235e+38,-0\n"
            "inf,-inf,nan,nan,0,1,2\n");
}

TEST(Csv, QuotesFieldsThatNeedIt) {
  const auto write = [](CsvWriter& writer) {
    writer.row(Words{"a,b", "say \"hi\"", "two\nlines", "cr\r", " space ", "\"", "caf\xc3\xa9"});
  };
  EXPECT_EQ(
      written({"plain", "with,comma", "3", "4", "5", "6", "7"}, write),
      "plain,\"with,comma\",3,4,5,6,7\n"
      "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"cr\r\",\" space \",\"\"\"\",caf\xc3\xa9\n");
}

TEST(Csv, OfOneColumnHasNoEmptyLines) {
  const auto write = [](CsvWriter& writer) { writer.row(Words{""}); };
  EXPECT_EQ(written({"a"}, write), "a\n\"\"\n");
}

TEST(Csv, RefusesRowsOfAnotherLength) {
  const TemporaryFolder folder;
  CsvWriter writer(folder / "a.csv", Words{"a", "b"});
  EXPECT_THAT([&] { writer.end_row(); },
              ThrowsMessage<std::logic_error>("a CSV row of 0 fields was written, 2 are needed"));
  writer.integer(1);
  EXPECT_THAT([&] { writer.end_row(); },
              ThrowsMessage<std::logic_error>("a CSV row of 1 field was written, 2 are needed"));
  EXPECT_THAT([&] { writer.row(Floats{1, 2}); },
              ThrowsMessage<std::logic_error>("a CSV row of 3 fields was written, 2 are needed"));
}

TEST(Csv, IsNotCommittedWithinARow) {
  const TemporaryFolder folder;
  {
    CsvWriter writer(folder / "a.csv", Words{"a", "b"});
    writer.integer(1);
    EXPECT_THAT([&] { writer.commit(); },
                ThrowsMessage<std::logic_error>("a CSV file was committed within a row"));
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(Csv, HasAColumn) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.csv").string();
  EXPECT_THAT([&] { CsvWriter(path, Words{}); },
              ThrowsMessage<std::invalid_argument>("cannot write '" + path +
                                                   "': a CSV file has at least one column"));
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace diabolo::formats
