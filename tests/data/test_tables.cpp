#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "lib/data/sample_stream.hpp"
#include "lib/data/split.hpp"
#include "lib/data/table.hpp"
#include "lib/data/table_reader.hpp"
#include "lib/data/table_rows.hpp"
#include "lib/data/table_stream.hpp"
#include "lib/data/table_survey.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::ThrowsMessage;

/// Options for a table with this text, in a folder that lives as long.
class Tables : public ::testing::Test {
 protected:
  DataOptions with(const std::string& text) {
    options_.data = (folder_ / "t.csv").string();
    std::ofstream(options_.data) << text;
    return options_;
  }
  formats::TemporaryFolder folder_;
  DataOptions options_;
};

TEST_F(Tables, KeepNumbersAndMakeTextsOneHotInSortedOrder) {
  const Dataset found = read_table(with("a,c\n1,red\n2.5,blue\n-3e2,red\n"));
  ASSERT_EQ(found.table->columns.size(), 2U);
  EXPECT_THAT(found.table->columns[1].levels, ElementsAre("blue", "red"));
  EXPECT_THAT(found.table->value_names(), ElementsAre("a", "c=blue", "c=red"));
  const auto wanted =
      torch::tensor({{1.0F, 0.0F, 1.0F}, {2.5F, 1.0F, 0.0F}, {-300.0F, 0.0F, 1.0F}});
  EXPECT_TRUE(torch::equal(found.samples, wanted));
}

TEST_F(Tables, LeaveOutConstantColumnsWithANotice) {
  const Dataset found = read_table(with("a,b,c\n1,5,x\n2,5,x\n"));
  ASSERT_EQ(found.table->columns.size(), 1U);
  EXPECT_THAT(found.table->left_out, ElementsAre("b", "c"));
  EXPECT_THAT(found.notices, ElementsAre(HasSubstr("'b', 'c'")));
}

TEST_F(Tables, LeaveOutColumnsWithoutAnyCellWithANotice) {
  for (const Missing missing : {Missing::kError, Missing::kMean, Missing::kDrop}) {
    options_.missing = missing;
    const Dataset found = read_table(with("a,gone,b\n1,,5\n2,NA,6\n3,,9\n"));
    EXPECT_EQ(found.samples.sizes(), (torch::IntArrayRef{3, 2}));
    EXPECT_THAT(found.table->left_out, ElementsAre("gone"));
    EXPECT_THAT(found.notices, ElementsAre(HasSubstr("every cell is empty there: 'gone'")));
  }
}

TEST_F(Tables, KeepAColumnWhoseFirstCellComesLate) {
  std::string text = "a,late\n";
  for (int i = 0; i < 1500; ++i)
    text += std::to_string(i * i) + "," + (i < 1400 ? "" : "7.5") + "\n";
  options_.missing = Missing::kMean;
  const Dataset found = read_table(with(text + "3,8\n"));
  EXPECT_EQ(found.table->columns.size(), 2U);
}

TEST_F(Tables, ASurveySaysWhatIsWrongWithNamesAndTexts) {
  std::string text = ",b,b,,caf\xe9\n";
  for (int i = 0; i < 12; ++i) text += std::to_string(i) + ",1,2,x,\xe9t\xe9\n";
  const TableSurvey found = look_over(with(text + "1,2\n1,2,3,4,5\n"));
  EXPECT_EQ(found.rows, 12);
  EXPECT_EQ(found.columns[0].name, "(column 1)");
  EXPECT_EQ(found.columns[4].name, "caf?");
  EXPECT_THAT(found.columns[4].words, ElementsAre("?t?"));
  EXPECT_THAT(
      found.problems,
      ElementsAre(HasSubstr("UTF-8"), AllOf(HasSubstr("t.csv:14"), HasSubstr("not looked at")),
                  AllOf(HasSubstr("column 1 has no name"), HasSubstr("--id id")),
                  AllOf(HasSubstr("columns 2 and 3"), HasSubstr("'b'")),
                  AllOf(HasSubstr("column 4 has no name"), Not(HasSubstr("--id")))));
  EXPECT_THAT(look_over(with("1,2\n3,4\n")).problems, ElementsAre(HasSubstr("holds numbers")));
  EXPECT_THAT(look_over(with("a,b\n3,4\n")).problems, ElementsAre());
}

TEST_F(Tables, RememberWhichCellsWereFilled) {
  options_.missing = Missing::kMean;
  const DataOptions options = with("a,c\n1,x\n,y\n5,\n");
  const Dataset learned = read_table(options);
  auto table = std::make_shared<Table>(*learned.table);
  fit_scaler(*table, Scale::kStandard, learned.samples);
  const Dataset found = load_data(options, Part::kTest, table);
  const auto wanted = torch::tensor({{0, 0, 0}, {1, 0, 0}, {0, 1, 1}}).to(torch::kBool);
  EXPECT_TRUE(torch::equal(found.filled, wanted));
  EXPECT_EQ(count_filled(*table, found.filled), 2);
  EXPECT_TRUE(
      torch::equal(found.select({2, 0}).filled, wanted.index_select(0, torch::tensor({2, 0}))));
  EXPECT_TRUE(torch::equal(found.head(2).filled, wanted.narrow(0, 0, 2)));
  Dataset whole = found.head(1);
  whole.filled = torch::Tensor();
  EXPECT_TRUE(torch::equal(joined_samples(whole, found).filled,
                           torch::cat({torch::zeros({1, 3}, torch::kBool), wanted})));
  EXPECT_FALSE(load_data(with("a,c\n1,x\n"), Part::kTest, table).filled.defined());
}

TEST_F(Tables, GiveColumnsToGoAlongAsTheyAre) {
  const DataOptions options = with("k,a\nsame,1\nsame,2\n");
  auto table = std::make_shared<Table>(*read_table(options).table);
  fit_scaler(*table, Scale::kStandard, torch::tensor({{1.0F}, {2.0F}}));
  const Dataset found = open_data(options, Part::kTest, table, {"k", "missing"})->next(10);
  EXPECT_THAT(found.beside.names, ElementsAre("k"));
  EXPECT_THAT(found.beside.rows, ElementsAre(ElementsAre("same"), ElementsAre("same")));
}

TEST_F(Tables, KeepLabelAndIdOutOfTheInput) {
  options_.label = "class";
  options_.id = "who";
  const Dataset found = read_table(with("who,a,class\nann,1,10\nbob,2,9\neve,3,10\n"));
  EXPECT_THAT(found.sample_shape(), ElementsAre(1));
  EXPECT_THAT(found.sample_names, ElementsAre("ann", "bob", "eve"));
  EXPECT_THAT(found.label_words, ElementsAre("9", "10"));  // As numbers, not as texts.
  EXPECT_TRUE(torch::equal(found.labels, torch::tensor({1, 0, 1})));
}

TEST_F(Tables, FillAndScaleByTheTrainingRows) {
  options_.missing = Missing::kMean;
  Dataset found = read_table(with("a,c\n1,x\n,y\n5,\n"));
  Table table = *found.table;
  fit_scaler(table, Scale::kStandard, found.samples);
  scale_rows(table, found.samples);
  // Mean 3, deviation 2; the empty word is half an x and half a y.
  const auto wanted = torch::tensor({{-1.0F, 1.0F, 0.0F}, {0.0F, 0.0F, 1.0F}, {1.0F, 0.5F, 0.5F}});
  EXPECT_TRUE(torch::equal(found.samples, wanted));
  EXPECT_TRUE(torch::allclose(unscale_rows(table, found.samples).select(1, 0),
                              torch::tensor({1.0F, 3.0F, 5.0F})));
}

TEST_F(Tables, ScaleByQuartilesAndByRange) {
  const auto rows = torch::tensor({1.0F, 2.0F, 3.0F, 4.0F, 100.0F}).unsqueeze(1);
  Table table;
  table.columns = {{.name = "a", .kind = ColumnKind::kNumber, .levels = {}}};
  fit_scaler(table, Scale::kRobust, rows);
  EXPECT_EQ(table.shift.item<float>(), 3.0F);
  EXPECT_EQ(table.scale.item<float>(), 2.0F);
  fit_scaler(table, Scale::kMinmax, rows);
  EXPECT_EQ(table.shift.item<float>(), 1.0F);
  EXPECT_EQ(table.scale.item<float>(), 99.0F);
}

TEST_F(Tables, AStreamGivesTheSameInPieces) {
  std::string text = "a,b\n";
  for (int i = 0; i < 257; ++i) {
    text += std::to_string(i * i % 31) + "," + (i % 3 == 0 ? "x" : "y") + "\n";
  }
  const DataOptions options = with(text);
  const Dataset learned = read_table(options);
  auto table = std::make_shared<Table>(*learned.table);
  fit_scaler(*table, Scale::kStandard, learned.samples);
  const Dataset whole = load_data(options, Part::kTest, table);
  const auto stream = open_data(options, Part::kTest, table);
  std::vector<torch::Tensor> pieces;
  for (Dataset some = stream->next(100); some.size() > 0; some = stream->next(100)) {
    pieces.push_back(some.samples);
  }
  ASSERT_EQ(pieces.size(), 3U);
  EXPECT_TRUE(torch::equal(torch::cat(pieces), whole.samples));
  EXPECT_EQ(count_samples(options, Part::kTest, table), 257);
}

TEST_F(Tables, NameTheLineOfAWrongCellBehindTheFirstRows) {
  std::string text = "a\n";
  for (int i = 0; i < 2000; ++i) text += std::to_string(i) + "\n";
  EXPECT_THAT([&] { read_table(with(text + "word\n")); },
              ThrowsMessage<std::invalid_argument>(
                  HasSubstr("t.csv:2002: column 'a': 'word' is not a number")));
}

TEST(Levels, SortNumbersByValueAndWordsByLetter) {
  Levels numbers(std::vector<std::string>{"10", "9", "-1"});
  EXPECT_THAT(numbers.sort(), ElementsAre(2, 1, 0));
  EXPECT_THAT(numbers.words(), ElementsAre("-1", "9", "10"));
  Levels words(std::vector<std::string>{"b", "10", "a"});
  words.sort();
  EXPECT_THAT(words.words(), ElementsAre("10", "a", "b"));
}

}  // namespace
}  // namespace diabolo
