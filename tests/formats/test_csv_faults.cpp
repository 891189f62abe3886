#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "lib/formats/file.hpp"
#include "lib/formats/gzip.hpp"
#include "tests/formats/csv_table.hpp"

namespace diabolo::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(CsvFaults, AFileOfNothing) {
  for (const std::string bytes : {"", "\n\r\n", " \t\n", "\xEF\xBB\xBF"}) {
    EXPECT_EQ(error_of(bytes),
              "cannot read 'a.csv': it holds nothing; a line of column names and a row or more are "
              "needed");
  }
  EXPECT_EQ(error_of(gzip("")), error_of(""));
}

TEST(CsvFaults, NamesThatAreNone) {
  EXPECT_EQ(error_of("a,,c\n1,2,3\n"), "a.csv:1: column 2 has no name; write one");
  EXPECT_EQ(
      error_of(",b\n1,2\n"),
      "a.csv:1: column 1 has no name; write one, such as id, and give --id id if it numbers or "
      "names the rows (pandas leaves its index out with index=False)");
  EXPECT_EQ(error_of("a,b,\n1,2,3\n"), "a.csv:1: column 3 has no name; write one");
  EXPECT_EQ(error_of("\na,b,c,b\n"), "a.csv:2: columns 2 and 4 are both named 'b'");
  EXPECT_EQ(error_of("a,\" a\"\n"), "none");
  EXPECT_EQ(error_of("1,2.5,-3e7\n4,5,6\n"),
            "a.csv:1: the first line must hold the names of the columns, and these are numbers");
}

TEST(CsvFaults, RowsOfAnotherLength) {
  EXPECT_EQ(error_of("a,b,c\n1,2,3\n4,5\n"), "a.csv:3: 2 fields found, 3 needed as in the header");
  EXPECT_EQ(error_of("a,b\n1,\"\n\n\"\n\n1,2,3\n"),
            "a.csv:6: 3 fields found, 2 needed as in the header");
}

TEST(CsvFaults, AnotherDelimiterThanTheFileHasIsGuessed) {
  EXPECT_EQ(error_of("a;b\n1,5;2,5\n"),
            "a.csv:2: 3 fields found, 1 needed as in the header; are the fields separated by ';'?");
  EXPECT_EQ(
      error_of("a\tb\n1,5\t2\n"),
      "a.csv:2: 2 fields found, 1 needed as in the header; are the fields separated by tabs?");
  EXPECT_EQ(error_of("a,b\n1;5,2\n", {.delimiter = ';'}),
            "a.csv:2: 2 fields found, 1 needed as in the header; are the fields separated by ','?");
  EXPECT_EQ(error_of("a b\n1,5\n"), "a.csv:2: 2 fields found, 1 needed as in the header");
}

TEST(CsvFaults, QuotesInTheWrongPlace) {
  EXPECT_EQ(error_of("a,b\n1,2\n\n3,5\" disk\n"),
            "a.csv:4: column 'b': a quote stands within it; the field must be in quotes, and that "
            "one doubled");
  EXPECT_EQ(
      error_of("a,b\n\"1\"x,2\n"),
      "a.csv:2: column 'a': its closing quote must be followed by ',' or the end of the line");
  EXPECT_EQ(error_of("a\tb\n\"1\" \"2\"\t2\n", {.delimiter = '\t'}),
            "a.csv:2: column 'a': its closing quote must be followed by a tab or the end of the "
            "line");
}

TEST(CsvFaults, AQuoteThatClosesLinesBelowNamesBothLines) {
  EXPECT_EQ(error_of("a,b\n\"\n\",\"2\n3,4\n5,\"6\"\n"),
            "a.csv:3: column 'b': its closing quote, on line 5, must be followed by ',' or the end "
            "of the line");
}

TEST(CsvFaults, AQuoteThatIsNeverClosed) {
  EXPECT_EQ(error_of("a,b\n1,2\n\"\r\n\",\"4\n5,6\n"),
            "a.csv:4: column 'b': the quote that opens it is never closed");
  EXPECT_EQ(error_of("a\n\""), "a.csv:2: column 'a': the quote that opens it is never closed");
  EXPECT_EQ(error_of("a,b\n1,\"" + std::string(20'000'000, '\n')),
            "a.csv:2: column 'b': the quote that opens it is not closed in 16 MiB");
}

TEST(CsvFaults, TextsThatAreNotUtf8) {
  const std::string why = ": it is not UTF-8; convert the file, as iconv -f latin1 -t utf-8 does";
  EXPECT_EQ(error_of("a,b\n1,2\n3,caf\xE9\n"), "a.csv:3: column 'b'" + why);
  EXPECT_EQ(error_of("a,caf\xE9\n1,2\n"), "a.csv:1: column 2" + why);
  EXPECT_EQ(error_of("\xFF\xFE"
                     "a\n"),
            "a.csv:1: column 1" + why);
  // Two fields that together would be one character.
  EXPECT_EQ(error_of("a,b\n\xC3,\xA9\n"), "a.csv:2: column 'a'" + why);
}

TEST(CsvFaults, ZeroBytes) {
  EXPECT_EQ(error_of(std::string("a,b\n1,2\0\n", 10)), "a.csv:2: column 'b': it holds a zero byte");
  EXPECT_EQ(error_of(std::string("a\0,\0b\0\n", 8)), "a.csv:1: column 1: it holds a zero byte");
}

TEST(CsvFaults, RowsAndHeadersOfTooMuch) {
  EXPECT_EQ(error_of("a\n" + std::string(20'000'000, 'x')),
            "a.csv:2: the row is longer than 16 MiB");
  EXPECT_EQ(error_of("a\n" + std::string(20'000'000, ',')),
            "a.csv:2: the row is longer than 16 MiB");
  EXPECT_EQ(error_of("a,b,c\n", {.max_columns = 2}),
            "a.csv:1: 3 columns found, at most 2 are read");
  EXPECT_EQ(error_of("a,b\n1,2\n", {.max_columns = 2}), "none");
}

TEST(CsvFaults, AreFoundBehindTheRowsBeforeThem) {
  const TemporaryFolder folder;
  for (const std::string fault : {"3\n", "3,\"4\n", "3,4\"\n", "\"3\"4,5\n", "\xFF,4\n"}) {
    write_file_atomically(folder / "a.csv", "a,b\n1,2\n" + fault + "5,6\n");
    CsvReader reader(folder / "a.csv");
    std::vector<std::string_view> fields;
    ASSERT_TRUE(reader.next(fields));
    EXPECT_THAT(fields, ElementsAre("1", "2"));
    EXPECT_THROW(reader.next(fields), std::invalid_argument) << fault;
  }
}

TEST(CsvFaults, ALastLineWithoutAnEndWhereOneIsAskedFor) {
  const CsvOptions strict{.last_line_must_end = true};
  const std::string why =
      "'a.csv' is damaged: its last line does not end; the file may have been cut short";
  EXPECT_EQ(error_of<std::runtime_error>("a\n12", strict), why);
  EXPECT_EQ(error_of<std::runtime_error>("a\n\"12", strict), why);
  EXPECT_EQ(error_of<std::runtime_error>("a", strict), why);
  EXPECT_THAT(table_of("a\n12\r\n", strict).rows.size(), 1u);
  EXPECT_THAT(table_of("a\n12\r", strict).rows.size(), 1u);
}

TEST(CsvFaults, ACompressedFileCutAnywhere) {
  const std::string whole = gzip("a,b\n1,2\n3,4\n");
  for (size_t size = 2; size < whole.size(); ++size) {
    EXPECT_EQ(error_of<std::runtime_error>(whole.substr(0, size)),
              "'a.csv' is damaged: its compressed data ends too early")
        << size;
  }
  EXPECT_EQ(error_of<std::runtime_error>(whole + "xy"),
            "'a.csv' is damaged: 2 bytes follow the compressed data");
}

TEST(CsvFaults, ALongCompressedFileCutInItsMiddle) {
  std::string text = "number\n";
  for (int i = 0; i < 500'000; ++i) text += std::to_string(i * 7919LL % 500'000) + "\n";
  const std::string whole = gzip(text);
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.csv", whole.substr(0, whole.size() / 2));
  CsvReader reader(folder / "a.csv");
  std::vector<std::string_view> fields;
  const auto read = [&] {
    while (reader.next(fields)) {
    }
  };
  EXPECT_THROW(read(), std::runtime_error);
  EXPECT_GT(reader.line(), 100'000u);
  EXPECT_THROW(read(), std::runtime_error) << "again";
}

TEST(CsvFaults, ALongHeaderOfNamesThatComeTwice) {
  std::string names = "a";
  for (int i = 0; i < 400'000; ++i) names += ",a";
  EXPECT_EQ(error_of(names + "\n" + std::string(400'000, ',') + "\n", {.max_columns = 500'000}),
            "a.csv:1: columns 1 and 2 are both named 'a'");
}

TEST(CsvFaults, AFileCutAnywhereIsRefusedOrAStartOfIt) {
  const std::string whole = "a,\"b\"\r\n\"1\n\",caf\xC3\xA9\r\n\"3\"\"\",4\r\n";
  const CsvTable all = table_of(whole);
  size_t refused = 0;
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::string bytes = whole.substr(0, size);
    if (error_of(bytes) != "none") {
      ++refused;
      continue;
    }
    const CsvTable table = table_of(bytes);
    ASSERT_LE(table.rows.size(), all.rows.size());
    for (size_t i = 0; i < table.rows.size(); ++i) {
      EXPECT_THAT(all.rows[i][1], HasSubstr(table.rows[i][1])) << size;
      EXPECT_EQ(table.rows[i][0], all.rows[i][0]) << size;
    }
  }
  EXPECT_EQ(refused, 14u);
}

TEST(CsvFaults, AnyByteChangedGivesAnErrorOrATable) {
  const std::string whole = "a,\"b\"\n\"1\n\",2\n\"3\"\"\",\xC3\xA9\n";
  const TemporaryFolder folder;
  size_t refused = 0;
  for (size_t i = 0; i < 256 * whole.size(); ++i) {
    std::string changed = whole;
    changed[i / 256] = static_cast<char>(i % 256);
    std::filesystem::remove(folder / "a.csv");
    std::ofstream(folder / "a.csv", std::ios::binary) << changed;
    try {
      const CsvTable table = read_table(folder / "a.csv");
      for (const auto& row : table.rows) ASSERT_EQ(row.size(), table.names.size()) << i;
    } catch (const std::invalid_argument&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 128 * whole.size());
}

TEST(CsvFaults, AMissingFileAndAFolder) {
  EXPECT_THAT([] { CsvReader("no.csv"); }, ThrowsMessage<std::invalid_argument>(
                                               "cannot read 'no.csv': No such file or directory"));
  EXPECT_THAT([] { CsvReader("/"); },
              ThrowsMessage<std::invalid_argument>("cannot read '/': Is a directory"));
}

}  // namespace
}  // namespace diabolo::formats
