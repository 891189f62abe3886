#include <gmock/gmock.h>

#include "lib/formats/csv_writer.hpp"
#include "lib/formats/file.hpp"
#include "lib/formats/gzip.hpp"
#include "tests/formats/csv_table.hpp"

namespace diabolo::formats {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Ge;
using testing::Le;
using testing::ThrowsMessage;
using Words = std::vector<std::string>;

TEST(CsvReader, GivesNamesAndRows) {
  const CsvTable table = table_of("id,name\n1,cat\n2,dog\n");
  EXPECT_THAT(table.names, ElementsAre("id", "name"));
  EXPECT_THAT(table.rows, ElementsAre(Words{"1", "cat"}, Words{"2", "dog"}));
  EXPECT_THAT(table.lines, ElementsAre(2, 3));
}

TEST(CsvReader, ReadsEveryLineEndAndALastLineWithoutOne) {
  for (const std::string end : {"\n", "\r\n", "\r"}) {
    for (const std::string& last : {end, std::string()}) {
      const CsvTable table = table_of("a,b" + end + "1,2" + end + end + "3," + last);
      EXPECT_THAT(table.rows, ElementsAre(Words{"1", "2"}, Words{"3", ""}));
      EXPECT_THAT(table.lines, ElementsAre(2, 4));
    }
  }
}

TEST(CsvReader, ReadsQuotedFields) {
  const CsvTable table = table_of(
      "\"a,b\",\"say \"\"hi\"\"\"\n"
      "\"two\nlines\",\" kept \"\n"
      "\"\",\"\"\"\"\n");
  EXPECT_THAT(table.names, ElementsAre("a,b", "say \"hi\""));
  EXPECT_THAT(table.rows, ElementsAre(Words{"two\nlines", " kept "}, Words{"", "\""}));
}

TEST(CsvReader, CountsLinesWithinFieldsAndEmptyOnes) {
  const CsvTable table = table_of(
      "\n \n\"a\nb\",c\n"        // 1, 2, 3 and 4
      "\"x\r\ny\r\",\"\n\n\"\n"  // 5 to 9
      "\n1,2\r\n"                // 10, 11
      "\r\n\r\r\n3,4\n"          // 12, 13, 14, 15
      "\"z\r\",\"\n\"\n5,6");    // 16 to 18, 19
  EXPECT_THAT(table.names, ElementsAre("a\nb", "c"));
  EXPECT_THAT(table.lines, ElementsAre(5, 11, 15, 16, 19));
}

TEST(CsvReader, TakesSpacesAndTabsOffFieldsWithoutQuotes) {
  const CsvTable table = table_of("a , b\n 1\t,\t two words \n  \"3\"  ,  \n");
  EXPECT_THAT(table.names, ElementsAre("a", "b"));
  EXPECT_THAT(table.rows, ElementsAre(Words{"1", "two words"}, Words{"3", ""}));
}

TEST(CsvReader, ReadsOtherDelimiters) {
  const CsvTable semicolons = table_of("a;b\n1,5;\"2;5\"\n", {.delimiter = ';'});
  EXPECT_THAT(semicolons.rows, ElementsAre(Words{"1,5", "2;5"}));
  const CsvTable tabs = table_of("a\tb\tc\n\t two \t\n", {.delimiter = '\t'});
  EXPECT_THAT(tabs.rows, ElementsAre(Words{"", "two", ""}));
  EXPECT_THAT([] { table_of("a|b\n", {.delimiter = '|'}); },
              ThrowsMessage<std::invalid_argument>(
                  "fields of CSV are separated by ',', ';' or a tab, not by '|'"));
}

TEST(CsvReader, PassesOverAByteOrderMarkAtTheStartOnly) {
  EXPECT_THAT(table_of("\xEF\xBB\xBF\"a\",b\n1,2\n").names, ElementsAre("a", "b"));
  EXPECT_THAT(table_of("a\n\xEF\xBB\xBF\n").rows, ElementsAre(Words{"\xEF\xBB\xBF"}));
}

TEST(CsvReader, KeepsTextsOfAllLanguages) {
  const std::string text = "\x7F\xC2\x80\xDF\xBF caf\xC3\xA9 \xE6\xB0\xB4 \xF0\x9F\x98\x80";
  EXPECT_THAT(table_of("\xC3\xA9\n" + text + "\n").rows, ElementsAre(Words{text}));
}

TEST(CsvReader, MayFindNoRows) {
  const CsvTable table = table_of("a,b");
  EXPECT_THAT(table.names, ElementsAre("a", "b"));
  EXPECT_TRUE(table.rows.empty());
}

TEST(CsvReader, ReadsWhatCsvWriterWrote) {
  const TemporaryFolder folder;
  const Words names{"plain", " spaced\t", "a,b", "\"", "two\r\nlines", "\n"};
  const Words row{"", "\t", "caf\xC3\xA9", " ", "\"\"", "x \"y\" z"};
  CsvWriter writer(folder / "a.csv", names);
  writer.row(row);
  writer.commit();
  const CsvTable table = read_table(folder / "a.csv");
  EXPECT_EQ(table.names, names);
  EXPECT_THAT(table.rows, ElementsAre(row));
}

/// Longer than a piece of the file by far, so that pieces end within fields, quotes and line ends.
TEST(CsvReader, ReadsLongFilesPlainAndCompressed) {
  std::string text = "number,text\r\n";
  for (size_t i = 0; i < 100'000; ++i) {
    text += std::to_string(i) + ",\"caf\xC3\xA9 \"\"" + std::string(i % 13, 'x') + "\r\n\"\r\n";
  }
  for (const std::string& bytes : {text, gzip(text)}) {
    const CsvTable table = table_of(bytes);
    ASSERT_EQ(table.rows.size(), 100'000u);
    for (size_t i = 0; i < table.rows.size(); ++i) {
      const Words row{std::to_string(i), "caf\xC3\xA9 \"" + std::string(i % 13, 'x') + "\r\n"};
      ASSERT_EQ(table.rows[i], row) << i;
      ASSERT_EQ(table.lines[i], 2 + 2 * i) << i;
    }
  }
}

/// What is read ahead of them must not outlive the reader.
TEST(CsvReader, MayEndAtAnyRowOfALongFile) {
  const TemporaryFolder folder;
  std::string text = "number\n";
  for (int i = 0; i < 500'000; ++i) text += std::to_string(i) + "\n";
  write_file_atomically(folder / "a.csv", text);
  for (int rows = 1; rows < 500'000; rows += 45'678) {
    CsvReader reader(folder / "a.csv");
    std::vector<std::string_view> fields;
    for (int i = 0; i < rows; ++i) ASSERT_TRUE(reader.next(fields));
    EXPECT_THAT(fields, ElementsAre(std::to_string(rows - 1)));
  }
}

TEST(CsvReader, TellsHowMuchOfTheFileItsRowsTake) {
  const TemporaryFolder folder;
  std::string text = "name\n";
  for (int i = 10'000; i < 60'000; ++i) text += std::to_string(i) + "\n";
  for (const std::string& bytes : {text, gzip(text)}) {
    write_file_atomically(folder / "a.csv", bytes);
    CsvReader reader(folder / "a.csv");
    EXPECT_EQ(reader.file_size(), bytes.size());
    std::vector<std::string_view> fields;
    for (int i = 0; i < 1'000; ++i) reader.next(fields);
    const double rows =
        1'000.0 * static_cast<double>(bytes.size()) / static_cast<double>(reader.bytes_read());
    EXPECT_THAT(rows, AllOf(Ge(40'000), Le(60'000)));
    while (reader.next(fields)) {
    }
    EXPECT_EQ(reader.bytes_read(), bytes.size());
    EXPECT_FALSE(reader.next(fields));
  }
}

TEST(CsvReader, SaysWhereAFieldIsThatItsUserFindsWrong) {
  const TemporaryFolder folder;
  const std::string path = (folder / "prices.csv").string();
  write_file_atomically(path, "price,rooms\n\n1,many\n");
  CsvReader reader(path);
  std::vector<std::string_view> fields;
  ASSERT_TRUE(reader.next(fields));
  EXPECT_THAT(
      [&] { reader.fail(1, "'many' is not a number"); },
      ThrowsMessage<std::invalid_argument>(path + ":3: column 'rooms': 'many' is not a number"));
}

}  // namespace
}  // namespace diabolo::formats
