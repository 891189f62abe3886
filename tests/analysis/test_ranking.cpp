#include <gmock/gmock.h>
#include <torch/utils.h>

#include "lib/analysis/anomalies.hpp"
#include "lib/analysis/ranking.hpp"

namespace diabolo {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(Ranking, CountsPairsInOrderAndTiesHalf) {
  // Wanted 3, 2; others 2, 1: of the four pairs three are in order, and one is a tie.
  const auto scores = torch::tensor({3.0, 2.0, 2.0, 1.0});
  const auto wanted = torch::tensor({true, true, false, false});
  const Ranking ranking = rank(scores, wanted);
  EXPECT_DOUBLE_EQ(ranking.auroc, 3.5 / 4);
  // Recall 1/2 at precision 1, then 1 at 2/3.
  EXPECT_DOUBLE_EQ(ranking.average_precision, 0.5 * 1 + 0.5 * 2 / 3);
  EXPECT_THAT(ranking.false_positive_rate, ElementsAre(0, 0, 0.5, 1));
  EXPECT_THAT(ranking.true_positive_rate, ElementsAre(0, 0.5, 1, 1));
  EXPECT_THAT(ranking.precision, ElementsAre(1, DoubleNear(2.0 / 3, 1e-12), 0.5));
}

TEST(Ranking, OfOneScoreForAllIsChance) {
  const auto wanted = torch::tensor({true, false, false, false});
  const Ranking ranking = rank(torch::ones({4}), wanted);
  EXPECT_DOUBLE_EQ(ranking.auroc, 0.5);
  EXPECT_DOUBLE_EQ(ranking.average_precision, 0.25);
}

TEST(Ranking, NeedsBothKindsOfSamples) {
  EXPECT_THROW(rank(torch::ones({3}), torch::ones({3}, torch::kBool)), std::invalid_argument);
  EXPECT_THROW(rank(torch::ones({3}), torch::zeros({3}, torch::kBool)), std::invalid_argument);
}

TEST(Threshold, LiesBetweenOrderStatistics) {
  const UsualCodes usual{
      .low = {}, .high = {}, .error = {}, .scores = torch::tensor({1.0F, 2.0F, 4.0F})};
  EXPECT_DOUBLE_EQ(threshold(usual, 0.5), 2);
  EXPECT_DOUBLE_EQ(threshold(usual, 0.75), 3);
}

TEST(Threshold, SaysHowManySamplesAQuantileTakes) {
  EXPECT_EQ(least_samples(0.99), 100);
  EXPECT_EQ(least_samples(0.9), 10);
  EXPECT_EQ(least_samples(0.5), 2);
}

TEST(Columns, AddUpTheirLevels) {
  Table table;
  table.columns = {{.name = "a", .kind = ColumnKind::kNumber, .levels = {}},
                   {.name = "b", .kind = ColumnKind::kCategory, .levels = {"x", "y"}}};
  const auto sums = by_column(table, torch::tensor({{1.0F, 2.0F, 3.0F}}));
  EXPECT_TRUE(torch::equal(sums, torch::tensor({{1.0, 5.0}}, torch::kFloat64)));
}

}  // namespace
}  // namespace diabolo
