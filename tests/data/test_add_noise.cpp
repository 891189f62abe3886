#include <ATen/Parallel.h>
#include <gmock/gmock.h>

#include <numeric>

#include "lib/data/noise.hpp"

namespace diabolo {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr int64_t kValues = 784;

Noise noise_of(const std::string& text) {
  Noise noise;
  from_text(text, noise);
  return noise;
}

std::vector<int64_t> counting(int64_t begin, int64_t count) {
  std::vector<int64_t> samples(static_cast<size_t>(count));
  std::iota(samples.begin(), samples.end(), begin);
  return samples;
}

/// Grey samples of level 0.5 with noise. [N, 784]
torch::Tensor noisy_grey(const std::string& noise, const std::vector<int64_t>& samples,
                         uint64_t seed = 1, uint64_t epoch = 1) {
  auto batch = torch::full({static_cast<int64_t>(samples.size()), 1, 1, kValues}, 0.5F);
  add_noise(batch, noise_of(noise), samples, seed, epoch);
  return batch.flatten(1);
}

TEST(AddNoise, HasTheMeanAndSpreadThatItsLevelSays) {
  const auto values = noisy_grey("gaussian:0.05", counting(0, 2000)).to(torch::kFloat64) - 0.5;
  // 1.57 million values: the mean is known to 0.00004, the deviation to 0.00003; 5 of those here.
  EXPECT_NEAR(values.mean().item<double>(), 0.0, 2e-4);
  EXPECT_NEAR(values.std().item<double>(), 0.05, 1.5e-4);
  // Normal, not only of that spread: a fourth moment of 3.
  EXPECT_NEAR(values.pow(4).mean().item<double>() / std::pow(0.05, 4), 3.0, 0.03);
  // Nor does a sample's noise repeat in another, or a pixel's in its neighbour.
  const auto other = values.roll(1, 0);
  EXPECT_NEAR((values * other).mean().item<double>() / 0.0025, 0.0, 4e-3);
  EXPECT_NEAR((values * values.roll(1, 1)).mean().item<double>() / 0.0025, 0.0, 4e-3);
}

TEST(AddNoise, IsTheSameForEachBatchSizeAndOrder) {
  const auto whole = noisy_grey("gaussian:0-0.6", counting(0, 100));
  for (const int64_t size : {1, 7, 50}) {
    for (int64_t begin = 0; begin < 100; begin += size) {
      const int64_t count = std::min(size, 100 - begin);
      const auto part = noisy_grey("gaussian:0-0.6", counting(begin, count));
      ASSERT_TRUE(torch::equal(part, whole.narrow(0, begin, count))) << size << " " << begin;
    }
  }
  std::vector<int64_t> backwards = counting(0, 100);
  std::ranges::reverse(backwards);
  EXPECT_TRUE(torch::equal(noisy_grey("gaussian:0-0.6", backwards).flip(0), whole));
}

TEST(AddNoise, IsTheSameForEachNumberOfThreads) {
  const int before = at::get_num_threads();
  at::set_num_threads(1);
  const auto one = noisy_grey("gaussian:0.3", counting(0, 500));
  at::set_num_threads(2);
  const auto two = noisy_grey("gaussian:0.3", counting(0, 500));
  at::set_num_threads(before);
  EXPECT_TRUE(torch::equal(one, two));
}

TEST(AddNoise, DiffersBetweenSeedsEpochsAndSamples) {
  const auto base = noisy_grey("gaussian:0.3", {5}, 1, 1);
  EXPECT_TRUE(torch::equal(noisy_grey("gaussian:0.3", {5}, 1, 1), base));
  EXPECT_FALSE(torch::equal(noisy_grey("gaussian:0.3", {5}, 2, 1), base));
  EXPECT_FALSE(torch::equal(noisy_grey("gaussian:0.3", {5}, 1, 2), base));
  EXPECT_FALSE(torch::equal(noisy_grey("gaussian:0.3", {6}, 1, 1), base));
}

TEST(AddNoise, StaysWithinZeroAndOneAndReachesBoth) {
  const auto values = noisy_grey("gaussian:0.6", counting(0, 20));
  EXPECT_EQ(values.min().item<float>(), 0.0F);
  EXPECT_EQ(values.max().item<float>(), 1.0F);
  // P(|N(0, 0.36)| > 0.5) = 0.4047, half of it on each side.
  EXPECT_NEAR(values.eq(0).to(torch::kFloat64).mean().item<double>(), 0.2023, 0.015);
  EXPECT_NEAR(values.eq(1).to(torch::kFloat64).mean().item<double>(), 0.2023, 0.015);
}

TEST(AddNoise, LeavesRowsOfATableWithoutBounds) {
  auto rows = torch::full({50, 20}, 0.5F);
  add_noise(rows, noise_of("gaussian:0.6"), counting(0, 50), 1, 1);
  EXPECT_LT(rows.min().item<float>(), 0.0F);
  EXPECT_GT(rows.max().item<float>(), 1.0F);
}

TEST(AddNoise, GivesEachSampleALevelOfItsOwnWithinARange) {
  const auto values = noisy_grey("gaussian:0.02-0.1", counting(0, 400));
  const auto levels = values.to(torch::kFloat64).std(/*dim=*/1);
  EXPECT_GT(levels.min().item<double>(), 0.02 * 0.9);
  EXPECT_LT(levels.max().item<double>(), 0.1 * 1.1);
  // Evenly over the range: mean 0.06, deviation 0.08 / sqrt(12) = 0.0231.
  EXPECT_NEAR(levels.mean().item<double>(), 0.06, 0.004);
  EXPECT_NEAR(levels.std().item<double>(), 0.0231, 0.002);
}

/// Mean and variance of `noise` on 1.57 million values of one level.
std::pair<double, double> moments(const std::string& noise, float level) {
  auto batch = torch::full({2000, 1, 1, kValues}, level);
  add_noise(batch, noise_of(noise), counting(0, 2000), 1, 1);
  batch = batch.to(torch::kFloat64);
  return {batch.mean().item<double>(), batch.var().item<double>()};
}

TEST(AddNoise, OfSaltAndPepperHasItsClosedForm) {
  // A share p becomes 0 or 1: mean x (1 - p) + p / 2, second moment x^2 (1 - p) + p / 2.
  constexpr double kShare = 0.3;
  constexpr double kLevel = 0.25;
  const auto [mean, variance] = moments("salt-pepper:0.3", kLevel);
  const double wanted = kLevel * (1 - kShare) + kShare / 2;
  EXPECT_NEAR(mean, wanted, 1.5e-3);
  EXPECT_NEAR(variance, kLevel * kLevel * (1 - kShare) + kShare / 2 - wanted * wanted, 1e-3);
}

TEST(AddNoise, OfSpeckleGrowsWithTheValue) {
  // x (1 + N(0, s^2)): mean x, variance x^2 s^2; far enough from 0 and 1 that nothing is clipped.
  for (const double level : {0.2, 0.6}) {
    const auto [mean, variance] = moments("speckle:0.1", static_cast<float>(level));
    EXPECT_NEAR(mean, level, 3e-4 * level);
    EXPECT_NEAR(variance, level * level * 0.01, 1e-4 * level * level);
  }
}

TEST(AddNoise, OfPhotonsHasAVarianceOfLevelOverPhotons) {
  // Poisson(x n) / n: mean x, variance x / n. Few photons and many, which are drawn another way.
  for (const double photons : {20.0, 400.0}) {
    const auto [mean, variance] = moments("poisson:" + to_text(photons), 0.25F);
    EXPECT_NEAR(mean, 0.25, 1e-3);
    EXPECT_NEAR(variance, 0.25 / photons, 0.01 * 0.25 / photons);
  }
  // Photons are whole: of 4, the values are quarters.
  auto few = torch::full({50, 1, 4, 4}, 0.5F);
  add_noise(few, noise_of("poisson:4"), counting(0, 50), 1, 1);
  EXPECT_TRUE(torch::equal(few * 4, (few * 4).round()));
}

TEST(AddNoise, OfAMaskTakesWholePixels) {
  auto batch = torch::full({500, 3, 20, 20}, 0.5F);
  add_noise(batch, noise_of("mask:0.2"), counting(0, 500), 1, 1);
  const auto missing = batch.eq(0);
  EXPECT_NEAR(missing.to(torch::kFloat64).mean().item<double>(), 0.2, 5e-3);
  EXPECT_TRUE(torch::equal(missing.any(1), missing.all(1)));
  EXPECT_TRUE(torch::equal(missing.logical_not(), batch.eq(0.5)));
}

TEST(AddNoise, OfJpegRoundsAFlatImageAsItsTableSays) {
  // A flat block of grey level v keeps 8 (v - 128) alone, in steps of 16 at quality 50 and of 80 at
  // quality 10: 72 * 8 = 576 is 7.2 steps of 80, so 7 * 80 / 8 = 70 above 128.
  const auto stored = [](const std::string& noise, int grey) {
    auto batch = torch::full({1, 1, 16, 16}, static_cast<float>(grey) / 255.0F);
    add_noise(batch, noise_of(noise), {0}, 1, 1);
    EXPECT_EQ(batch.min().item<float>(), batch.max().item<float>());
    return std::lround(batch[0][0][0][0].item<double>() * 255);
  };
  EXPECT_EQ(stored("jpeg:50", 132), 132);
  EXPECT_EQ(stored("jpeg:50", 200), 200);
  EXPECT_EQ(stored("jpeg:10", 200), 198);
}

TEST(AddNoise, OfJpegIsWorseAtLowerQualityAndKeepsColours) {
  const auto clean = torch::linspace(0, 1, 32).view({1, 1, 1, 32}).expand({1, 1, 32, 32}) *
                     torch::tensor({1.0F, 0.5F, 0.1F}).view({1, 3, 1, 1});
  const auto error = [&](const std::string& noise) {
    auto batch = clean.clone();
    add_noise(batch, noise_of(noise), {0}, 1, 1);
    return (batch - clean).square().mean().item<double>();
  };
  EXPECT_LT(error("jpeg:95"), 1e-4);  // Channels that changed places would leave 0.1.
  EXPECT_GT(error("jpeg:5"), 2 * error("jpeg:95"));
}

TEST(AddNoise, OfAMixtureIsEachKindOnWhatTheOneBeforeLeft) {
  const auto alone = noisy_grey("gaussian:0.1", counting(0, 40));
  const auto mixed = noisy_grey("gaussian:0.1+mask:0.5", counting(0, 40));
  const auto kept = mixed.ne(0);
  EXPECT_NEAR(kept.to(torch::kFloat64).mean().item<double>(), 0.5, 0.02);
  EXPECT_TRUE(torch::equal(mixed, torch::where(kept, alone, torch::zeros({1}))));
}

TEST(AddNoise, OfEveryKindIsTheSameAgainAndInTwoThreads) {
  for (const char* noise : {"salt-pepper:0.2", "speckle:0.2", "poisson:10", "mask:0.5", "jpeg:10",
                            "gaussian:0.2+poisson:5-9+jpeg:10-90"}) {
    const int before = at::get_num_threads();
    at::set_num_threads(1);
    const auto one = noisy_grey(noise, counting(0, 100));
    at::set_num_threads(2);
    EXPECT_TRUE(torch::equal(noisy_grey(noise, counting(0, 100)), one)) << noise;
    at::set_num_threads(before);
    EXPECT_TRUE(torch::equal(noisy_grey(noise, {7})[0], one[7])) << noise;
    if (std::string(noise) == "jpeg:10") continue;  // Nothing is drawn.
    EXPECT_FALSE(torch::equal(noisy_grey(noise, counting(0, 100), 2), one)) << noise;
    EXPECT_FALSE(torch::equal(one[0], one[1])) << noise;
  }
}

TEST(AddNoise, RefusesKindsThatDoNotFit) {
  auto rows = torch::zeros({5, 20});
  EXPECT_THAT([&] { add_noise(rows, noise_of("gaussian:0.1+jpeg:50"), counting(0, 5), 1, 1); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("jpeg is for images")));
  EXPECT_NO_THROW(add_noise(rows, noise_of("gaussian:0.1+mask:0.5"), counting(0, 5), 1, 1));
  auto two = torch::zeros({5, 2, 8, 8});
  EXPECT_THAT([&] { add_noise(two, noise_of("jpeg:50"), counting(0, 5), 1, 1); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("found 2 channels")));
}

TEST(AddNoise, LeavesABatchAloneWithoutNoise) {
  EXPECT_TRUE(torch::equal(noisy_grey("none", {1, 2}), torch::full({2, kValues}, 0.5F)));
  EXPECT_TRUE(torch::equal(noisy_grey("gaussian:0", {1, 2}), torch::full({2, kValues}, 0.5F)));
}

TEST(AddNoise, PinsItsNumbersSoThatOldRunsCanBeRepeated) {
  const auto values = noisy_grey("gaussian:0.1", {3}, 7, 2)[0];
  const auto wanted = torch::tensor({0.5918529F, 0.3233855F, 0.6311209F, 0.5319302F});
  EXPECT_TRUE(torch::allclose(values.narrow(0, 0, 4), wanted, 0, 1e-6));
}

}  // namespace
}  // namespace diabolo
