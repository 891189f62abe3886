#include <gmock/gmock.h>
#include <torch/utils.h>

#include "lib/analysis/evaluate.hpp"
#include "lib/analysis/report_data.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

Dataset images(int64_t count) { return dataset_of(noisy_bytes({count, 1, 12, 12})); }

TrainedModel model_of(int64_t latent) {
  TrainedModel model;
  model.network =
      Autoencoder(AutoencoderOptions{.hidden = {6}, .latent = latent, .sample_shape = {1, 12, 12}});
  model.network->initialise(1, mean_sample(images(40)));
  model.network->eval();
  model.pca = fit_companion_pca(model.network, images(40));
  return model;
}

Split split_of(int64_t train, int64_t validation) {
  Split split{.train = images(train + validation), .validation = images(train + validation)};
  split.train.samples = split.train.samples.narrow(0, 0, train);
  split.validation.samples = split.validation.samples.narrow(0, train, validation);
  return split;
}

TEST(ReportData, JudgesTheSamplesThatWereKeptApartAsEvaluateDoes) {
  const TrainedModel model = model_of(3);
  const Split split = split_of(30, 10);
  const ReportData data = report_data(model, split);
  EXPECT_EQ(data.judged, 10);
  EXPECT_EQ(data.samples.size(), 40);
  EXPECT_FALSE(data.on_training_rows);
  const Evaluation expected = evaluate(model, split.validation);
  EXPECT_NEAR(data.clean.model, expected.model.mse, 1e-7);
  EXPECT_NEAR(data.clean.pca.value(), expected.pca->mse, 1e-7);
  EXPECT_NEAR(data.clean.mean, expected.mean.mse, 1e-7);
  EXPECT_NEAR(data.errors.narrow(0, 0, 10).mean().item<double>(), expected.model.mse, 1e-7);
  EXPECT_TRUE(torch::equal(data.samples.samples.narrow(0, 0, 10), split.validation.samples));
}

TEST(ReportData, JudgesTrainingRowsWhereNoneWereKeptApart) {
  const ReportData data = report_data(model_of(3), {.train = images(40), .validation = {}});
  EXPECT_TRUE(data.on_training_rows);
  EXPECT_EQ(data.judged, 40);
}

TEST(ReportData, DrawsNoMoreThanItsBound) {
  const ReportData data = report_data(model_of(3), split_of(6000, 100));
  EXPECT_EQ(data.samples.size(), kReportSamples);
  EXPECT_EQ(data.judged, 100);
  EXPECT_EQ(data.of_all, 6100);
}

TEST(ReportData, HasTheWorstAndTheBestInTheirOrder) {
  const ReportData data = report_data(model_of(3), split_of(30, 20));
  const auto error = [&](int64_t at) { return data.errors[at].item<double>(); };
  for (int64_t i = 0; i < 20; ++i) {
    EXPECT_LE(error(i), error(data.worst.at[0]));
    EXPECT_GE(error(i), error(data.best.at[0]));
  }
  EXPECT_GE(error(data.worst.at[0]), error(data.worst.at[1]));
  EXPECT_FALSE(data.worst.input.defined());
  const auto squared = squared_errors(data.worst.model, data.worst.clean);
  EXPECT_NEAR(squared[0].item<double>() / 144, error(data.worst.at[0]), 1e-7);
}

TEST(ReportData, JudgesARunWithNoiseByHowItCleans) {
  TrainedModel model = model_of(3);
  model.training.noise = gaussian_noise(0.5, 0.5);
  const ReportData data = report_data(model, split_of(30, 10));
  ASSERT_TRUE(data.noisy.has_value());
  EXPECT_GT(data.noisy->input.value(), 0.03);
  EXPECT_NEAR(data.errors.narrow(0, 0, 10).mean().item<double>(), data.noisy->model, 1e-7);
  EXPECT_FALSE(torch::equal(data.examples.input, data.examples.clean));
  const auto squared = squared_errors(data.best.model, data.best.clean);
  EXPECT_NEAR(squared[0].item<double>() / 144, data.errors[data.best.at[0]].item<double>(), 1e-6);
}

TEST(ReportData, WalksAlongTheUnitsThatVaryAndNamesTheDead) {
  TrainedModel model = model_of(4);
  {
    const torch::NoGradGuard no_grad;
    for (auto& item : model.network->named_parameters()) {  // The code's layer: unit 2 dies.
      if (item.value().size(0) == 4) item.value()[2].zero_();
    }
  }
  const ReportData data = report_data(model, split_of(30, 10));
  EXPECT_THAT(data.units.dead, ElementsAre(2));
  EXPECT_NEAR(data.units.shares.sum().item<double>(), 1, 1e-9);
  EXPECT_EQ(data.units.shares[2].item<double>(), 0);
  ASSERT_EQ(data.traversals.size(), 3);
  const Traversal& first = data.traversals[0];
  EXPECT_EQ(first.unit, data.units.shares.argmax().item<int64_t>());
  EXPECT_TRUE(std::ranges::is_sorted(first.values));
  EXPECT_GE(first.values.front(), data.codes.select(1, first.unit).min().item<double>());
  EXPECT_LE(first.values.back(), data.codes.select(1, first.unit).max().item<double>());
  auto code = data.codes.mean(0, /*keepdim=*/true);
  code[0][first.unit] = first.values.front();
  Autoencoder network = model.network;
  EXPECT_TRUE(torch::allclose(network->decode(code)[0], first.decoded[0], 1e-4, 1e-5));
}

TEST(Histogram, CountsEverySampleOnce) {
  const Histogram even = histogram_of(torch::arange(1000));
  EXPECT_EQ(even.low, 0);
  EXPECT_EQ(even.high, 999);
  EXPECT_FALSE(even.open);
  EXPECT_THAT(even.counts, ElementsAreArray(std::vector<int64_t>(20, 50)));
}

TEST(Histogram, KeepsAFewFarOutFromPressingTheOthersTogether) {
  auto values = torch::arange(1000, torch::kFloat64);
  values[999] = 1e6;
  const Histogram open = histogram_of(values);
  EXPECT_TRUE(open.open);
  EXPECT_LT(open.high, 1000);
  int64_t count = 0;
  for (const int64_t bar : open.counts) count += bar;
  EXPECT_EQ(count, 1000);
}

TEST(Histogram, TakesEqualValues) {
  const Histogram found = histogram_of(torch::full({7}, 0.25));
  EXPECT_EQ(found.counts[0], 7);
}

}  // namespace
}  // namespace diabolo
