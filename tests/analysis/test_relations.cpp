#include <gmock/gmock.h>
#include <torch/utils.h>

#include <numeric>

#include "lib/analysis/chance.hpp"
#include "lib/analysis/explain_codes.hpp"
#include "lib/analysis/relations.hpp"
#include "lib/analysis/small_networks.hpp"
#include "lib/training/prepare.hpp"

namespace diabolo {
namespace {

using testing::ElementsAre;

/// Columns a, b, a + b, a * b and two of noise; 600 rows.
Dataset planted() {
  torch::manual_seed(3);
  const auto free = torch::randn({600, 4});
  const auto a = free.select(1, 0), b = free.select(1, 1);
  Dataset dataset;
  dataset.samples = torch::stack({a, b, a + b, a * b, free.select(1, 2), free.select(1, 3)}, 1);
  auto table = std::make_shared<Table>();
  for (const char* const name : {"a", "b", "sum", "product", "noise", "more noise"}) {
    table->columns.push_back({.name = name, .kind = ColumnKind::kNumber, .levels = {}});
  }
  fit_scaler(*table, Scale::kStandard, dataset.samples);
  scale_rows(*table, dataset.samples);
  dataset.table = table;
  dataset.name = "planted";
  return dataset;
}

std::vector<size_t> columns_of(const std::vector<Source>& sources) {
  std::vector<size_t> columns;
  for (const Source& source : sources) columns.push_back(source.column);
  return columns;
}

TEST(Chance, IsTheTailOfStudentsT) {
  // 0 … 19 has the mean 9.5 and the deviation 5.916; t = (x - 9.5) / (5.916 sqrt(1 + 1/20)) with 19
  // degrees, whose tails are those of scipy.stats.t.sf.
  std::vector<double> shuffled(20);
  std::iota(shuffled.begin(), shuffled.end(), 0.0);
  EXPECT_NEAR(chance_of(20, shuffled), 0.0497342, 5e-4);
  EXPECT_NEAR(chance_of(30, shuffled), 0.00156597, 5e-5);
  EXPECT_NEAR(chance_of(45, shuffled), 6.103e-06, 3e-7);
  EXPECT_NEAR(chance_of(9.5, shuffled), 0.5, 1e-9);
  EXPECT_EQ(chance_of(1, {1, 1}), 1);
  EXPECT_EQ(chance_of(2, {1, 1}), 0);
}

TEST(Claims, StandAsBenjaminiAndHochbergSay) {
  // Limits at 0.05: 0.0125, 0.025, 0.0375, 0.05. The third is above its own, but the fourth is not.
  EXPECT_THAT(claims_that_stand({0.01, 0.02, 0.04, 0.05}, 0.05),
              ElementsAre(true, true, true, true));
  EXPECT_THAT(claims_that_stand({0.06, 0.02, 0.04, 0.01}, 0.05),
              ElementsAre(false, true, false, true));
  EXPECT_THAT(claims_that_stand({0.02, 0.5}, 0.01), ElementsAre(false, false));
}

TEST(Shuffling, StaysWithinItsGroup) {
  const std::vector<int64_t> group = {0, 1, 0, 1, 0, 1, 0, 0};
  const auto order = shuffled_within(group, 4);
  std::vector<int64_t> sorted = order;
  std::ranges::sort(sorted);
  EXPECT_THAT(sorted, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  for (size_t i = 0; i < group.size(); ++i) {
    EXPECT_EQ(group[static_cast<size_t>(order[i])], group[i]);
  }
  EXPECT_EQ(shuffled_within(group, 4), order);
  EXPECT_NE(shuffled_within(group, 5), order);
}

TEST(SmallNetworks, LearnACurveAndSeeNothingElse) {
  torch::manual_seed(1);
  const auto x = torch::randn({800, 2});
  const auto wanted = torch::stack({x.select(1, 0).square() - 1, x.select(1, 0).square() - 1}, 1);
  // The first may see the value that it follows from, the second may not.
  const auto sees = torch::tensor({{1.0F, 0.0F}, {1.0F, 1.0F}});
  const SmallNetworks networks(x, wanted, sees);
  const auto fresh = torch::randn({400, 2});
  const auto answer = networks(fresh);
  const auto truth = fresh.select(1, 0).square() - 1;
  EXPECT_LT((answer.select(1, 0) - truth).square().mean().item<double>(),
            0.1 * truth.square().mean().item<double>());
  EXPECT_LT(answer.select(1, 1).square().mean().item<double>(), 0.05);
  auto other = fresh.clone();
  other.select(1, 0).zero_();
  EXPECT_TRUE(torch::equal(networks(other).select(1, 1), answer.select(1, 1)));
  const auto one = networks(fresh, torch::tensor({1}, torch::kInt64));
  EXPECT_TRUE(torch::allclose(one.select(1, 0), answer.select(1, 1), 1e-5, 1e-6));
}

TEST(Relations, ArePlantedOnesAndNoOthers) {
  const auto relations = find_relations(planted(), 0.01);
  ASSERT_EQ(relations.size(), 6U);
  for (const auto column : std::vector<size_t>{0, 1, 2}) {
    EXPECT_TRUE(relations[column].follows) << column;
    EXPECT_EQ(relations[column].shape, Shape::kLinear) << column;
    EXPECT_GT(relations[column].linear, 0.99);
  }
  EXPECT_TRUE(relations[3].follows);
  EXPECT_EQ(relations[3].shape, Shape::kCurved);
  EXPECT_LT(relations[3].linear, kLeastR2);
  EXPECT_FALSE(relations[4].follows);
  EXPECT_FALSE(relations[5].follows);
  EXPECT_THAT(columns_of(relations[2].from), testing::UnorderedElementsAre(0, 1));
  for (const Relation& relation : relations) {
    for (const Source& source : relation.from) EXPECT_LT(source.column, 4U);
  }
}

TEST(Relations, OfShuffledColumnsAreNone) {
  Dataset dataset = planted();
  const std::vector<int64_t> group(600, 0);
  for (int64_t i = 0; i < 6; ++i) {
    const auto column = dataset.samples.select(1, i);
    const auto order = torch::tensor(shuffled_within(group, static_cast<uint64_t>(100 + i)));
    column.copy_(column.index_select(0, order));
  }
  for (const Relation& relation : find_relations(dataset, 0.01)) {
    EXPECT_FALSE(relation.follows) << relation.column;
    EXPECT_TRUE(relation.from.empty());
  }
}

TEST(Relations, OfTooFewRowsOrTooManyValuesAreRefused) {
  EXPECT_THROW(find_relations(planted().head(kLeastRows - 1), 0.01), std::invalid_argument);
  EXPECT_NO_THROW(find_relations(planted().head(kLeastRows), 0.01));
}

TrainedModel trained(const Dataset& dataset) {
  TrainedModel model;
  AutoencoderOptions options = AutoencoderOptions::for_tables(600);
  options.sample_shape = {6};
  model.network = Autoencoder(options);
  TrainerOptions training = TrainerOptions::for_tables(600);
  training.epochs = 30;
  training.threads = 1;
  const Split split = split_validation(dataset, 0.5, 1);
  fit(model.network, split.train, split.validation, training);
  model.pca = fit_companion_pca(model.network, split.train);
  model.table = dataset.table;
  return model;
}

TEST(CodeExplanation, TiesRelatedColumnsAndNoNoise) {
  const Dataset dataset = planted();
  const TrainedModel model = trained(dataset);
  const Dataset apart = split_validation(dataset, 0.5, 1).validation;
  const CodeExplanation found = explain_codes(model, apart, 0.01);
  EXPECT_EQ(found.rows, 300);
  for (const auto column : std::vector<size_t>{0, 1, 2})
    EXPECT_TRUE(found.columns[column].carried) << column;
  for (const auto column : std::vector<size_t>{4, 5})
    EXPECT_FALSE(found.columns[column].carried) << column;
  EXPECT_TRUE(torch::allclose(found.shares.abs().sum(0), torch::ones({2}, torch::kFloat64)));
  EXPECT_TRUE((found.effects >= 0).all().item<bool>());
  EXPECT_THROW(explain_codes(model, apart.head(kLeastCodeRows - 1), 0.01), std::invalid_argument);
}

TEST(CodeExplanation, OfALinearEncoderIsItsWeights) {
  const Dataset dataset = planted();
  TrainedModel model;
  model.network = Autoencoder(AutoencoderOptions{
      .hidden = {}, .latent = 1, .output = Output::kLinear, .sample_shape = {6}});
  model.table = dataset.table;
  model.pca = fit_companion_pca(model.network, dataset);
  const auto weights = torch::tensor({{3.0F, -1.0F, 0.0F, 0.0F, 0.0F, 0.0F}});
  const torch::NoGradGuard no_grad;
  for (auto& item : model.network->named_parameters()) {
    if (item.key() == "encoder.layers.0.weight") item.value().copy_(weights);
  }
  const CodeExplanation found = explain_codes(model, dataset, 0.01);
  // w_j (x_j - mean_j), averaged over rows: shares as |w_j| times the mean distance of column j.
  const auto sizes = (dataset.samples - model.pca.mean).abs().mean(0) * weights[0].abs();
  const auto wanted = (sizes / sizes.sum() * weights[0].sign()).to(torch::kFloat64);
  EXPECT_TRUE(torch::allclose(found.shares.select(1, 0), wanted, 1e-4, 1e-5));
}

}  // namespace
}  // namespace diabolo
