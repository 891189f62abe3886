#include <gtest/gtest.h>
#include <torch/utils.h>

#include "lib/analysis/explain_images.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

/// A linear network of images [channels, 6, 8] whose encoder weights are `weights` [K, D].
TrainedModel linear_model(const torch::Tensor& weights, int64_t channels) {
  TrainedModel model;
  model.network = Autoencoder(AutoencoderOptions{.hidden = {},
                                                 .latent = weights.size(0),
                                                 .output = Output::kLinear,
                                                 .sample_shape = {channels, 6, 8}});
  const torch::NoGradGuard no_grad;
  for (auto& item : model.network->named_parameters()) {
    if (item.key().starts_with("encoder") && item.value().sizes() == weights.sizes()) {
      item.value().copy_(weights);
    }
  }
  model.network->eval();
  return model;
}

/// Weights that look random; those of the outermost ring of pixels are 0 if `blind` says so.
torch::Tensor weights_of(int64_t units, int64_t channels, bool blind) {
  const auto bytes = noisy_bytes({units, channels, 6, 8}).to(torch::kFloat32);
  auto weights = (bytes - 128) / 256;
  if (blind) {
    auto inner = torch::zeros_like(weights);
    inner.narrow(2, 1, 4).narrow(3, 1, 6).copy_(weights.narrow(2, 1, 4).narrow(3, 1, 6));
    weights = inner;
  }
  return weights.view({units, -1});
}

TEST(ExplainImages, GivesEachPixelItsVarianceTimesItsSquaredWeights) {
  const auto weights = weights_of(3, 2, /*blind=*/false);
  const Dataset data = dataset_of(noisy_bytes({30, 2, 6, 8}));
  const ImageExplanation found = explain_images(linear_model(weights, 2), data, 16);
  const auto variance = to_unit(data.samples).var(0, /*unbiased=*/false).view({-1});
  auto expected = (weights.square().sum(0) * variance).view({2, 6, 8}).sum(0).to(torch::kFloat64);
  expected = expected / expected.sum();
  EXPECT_TRUE(torch::allclose(found.gradient, expected, 1e-4, 1e-8));
  EXPECT_EQ(found.samples, 30);
}

TEST(ExplainImages, OccludesOneChannelOfALinearNetworkToTheSameEnd) {
  // A patch of one pixel that shows the mean moves the code by weight times deviation.
  const auto weights = weights_of(3, 1, /*blind=*/false);
  const Dataset data = dataset_of(noisy_bytes({30, 1, 6, 8}));
  const ImageExplanation found = explain_images(linear_model(weights, 1), data, 16);
  ASSERT_EQ(found.patch, 1);
  EXPECT_TRUE(torch::allclose(found.occlusion, found.gradient, 1e-3, 1e-7));
}

TEST(ExplainImages, FindsNothingInPixelsThatTheNetworkDoesNotSee) {
  const ImageExplanation found = explain_images(linear_model(weights_of(2, 1, /*blind=*/true), 1),
                                                dataset_of(noisy_bytes({30, 1, 6, 8})), 16);
  ASSERT_EQ(found.rings.size(), 3);
  EXPECT_EQ(found.rings[0].gradient, 0);
  EXPECT_EQ(found.rings[0].occlusion, 0);
  EXPECT_NEAR(found.rings[0].pixels, 24.0 / 48, 1e-12);
  EXPECT_NEAR(found.rings[1].gradient + found.rings[2].gradient, 1, 1e-9);
  EXPECT_LE(found.half_gradient, 0.5 * 24 / 48 + 1.0 / 48);
}

TEST(ExplainImages, ProbesALongCodeNearItsTrueGradient) {
  const auto weights = weights_of(300, 1, /*blind=*/false);
  const Dataset data = dataset_of(noisy_bytes({120, 1, 6, 8}));
  const ImageExplanation found = explain_images(linear_model(weights, 1), data, 4);
  const auto variance = to_unit(data.samples).var(0, /*unbiased=*/false).view({-1});
  auto expected = (weights.square().sum(0) * variance).view({6, 8}).to(torch::kFloat64);
  expected = expected / expected.sum();
  // 64 directions: a standard error of some sqrt(2 / 64) = 18 %.
  EXPECT_LT(((found.gradient - expected).abs() / expected).mean().item<double>(), 0.25);
}

TEST(ExplainImages, DrawsTheUnitsThatVaryMostAndTheStrongestWeights) {
  auto weights = weights_of(3, 1, /*blind=*/false);
  weights[1] *= 5;
  weights[2].zero_();
  const TrainedModel model = linear_model(weights, 1);
  const Dataset data = dataset_of(noisy_bytes({50, 1, 6, 8}));
  const ImageExplanation found = explain_images(model, data, 16);
  ASSERT_EQ(found.units.size(), 2);
  EXPECT_EQ(found.units[0].unit, 1);
  EXPECT_GT(found.units[0].share, 0.8);
  EXPECT_EQ(found.dead_units, 1);
  // A linear decoder: half the difference of both ends is a standard deviation times its column.
  const auto x = to_unit(data.samples);
  const auto spread = (x.flatten(1).matmul(weights[1])).std(0, /*unbiased=*/false);
  Autoencoder network = model.network;
  const torch::NoGradGuard no_grad;
  const auto column = network->decode(torch::eye(3))[1] - network->decode(torch::zeros({1, 3}))[0];
  EXPECT_TRUE(torch::allclose(found.units[0].contrast, spread * column, 1e-3, 1e-5));
  EXPECT_EQ(found.first_layer_size, 3);
  const auto shown = weights[1].view({1, 6, 8}) * x.std(0, /*unbiased=*/false);
  EXPECT_TRUE(torch::allclose(found.first_weights[0], shown, 1e-4, 1e-6));
}

TEST(ExplainImages, SaysThatADeadCodeDependsOnNothing) {
  const TrainedModel model = linear_model(torch::zeros({2, 48}), 1);
  EXPECT_THROW(explain_images(model, dataset_of(noisy_bytes({30, 1, 6, 8})), 4),
               std::runtime_error);
}

TEST(ExplainImages, LeavesTheModelWithoutGradients) {
  const TrainedModel model = linear_model(weights_of(2, 1, /*blind=*/false), 1);
  explain_images(model, dataset_of(noisy_bytes({10, 1, 6, 8})), 4);
  for (const auto& parameter : model.network->parameters()) {
    EXPECT_FALSE(parameter.grad().defined());
  }
}

TEST(Rings, HoldEveryPixelOnceDownToTheMiddle) {
  const auto even = torch::full({7, 9}, 1.0 / 63, torch::kFloat64);
  for (const int64_t width : {1, 2, 3}) {
    double pixels = 0, importance = 0;
    int64_t next = 1;
    for (const Ring& ring : rings_of(even, even, width)) {
      EXPECT_EQ(ring.first, next);
      EXPECT_NEAR(ring.pixels, ring.gradient, 1e-12);
      next = ring.last + 1;
      pixels += ring.pixels;
      importance += ring.occlusion;
    }
    EXPECT_EQ(next, 5);
    EXPECT_NEAR(pixels, 1, 1e-12);
    EXPECT_NEAR(importance, 1, 1e-12);
  }
}

}  // namespace
}  // namespace diabolo
