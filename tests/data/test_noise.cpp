#include <ATen/Parallel.h>
#include <gmock/gmock.h>

#include <numeric>

#include "lib/data/noise.hpp"

namespace diabolo {
namespace {

using testing::AllOf;
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

TEST(Noise, IsReadAndWrittenAsAPersonDoes) {
  for (const char* text : {"none", "gaussian:0.3", "gaussian:0-0.6", "gaussian:0", "gaussian:2"}) {
    EXPECT_EQ(to_text(noise_of(text)), text);
  }
  const Noise range = noise_of("gaussian:0.1-0.6");
  EXPECT_EQ(range, (Noise{.kind = NoiseKind::kGaussian, .low = 0.1, .high = 0.6}));
  EXPECT_EQ(noise_of("gaussian:0.3").high, 0.3);
  EXPECT_TRUE(Noise{}.none());
}

TEST(Noise, ReadsBackEveryLevelThatItWrites) {
  for (const double level : {1e-3, 5e-4, 1e-5, 1.0 / 3.0, 1e20}) {
    const Noise one{.kind = NoiseKind::kGaussian, .low = level, .high = level};
    EXPECT_EQ(noise_of(to_text(one)), one) << to_text(one);
    const Noise range{.kind = NoiseKind::kGaussian, .low = level, .high = 2 * level};
    EXPECT_EQ(noise_of(to_text(range)), range) << to_text(range);
  }
}

TEST(Noise, SuggestsTheNearestKindForAMisspeltOne) {
  EXPECT_THAT([] { noise_of("guassian:0.3"); },
              ThrowsMessage<std::invalid_argument>(
                  "unknown noise 'guassian:0.3'; did you mean 'gaussian'? (none, gaussian:SIGMA, "
                  "gaussian:LOW-HIGH)"));
  EXPECT_THAT([] { noise_of("snow"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("unknown noise 'snow'")));
  EXPECT_THROW(noise_of(""), std::invalid_argument);
}

TEST(Noise, SaysWhatIsWrongWithALevel) {
  const auto expect = [](const std::string& text, const std::string& part) {
    EXPECT_THAT([&] { noise_of(text); }, ThrowsMessage<std::invalid_argument>(HasSubstr(part)))
        << text;
  };
  expect("gaussian", "the level too, as gaussian:0.3");
  expect("none:0.3", "write none alone");
  expect("gaussian:", "is not a number");
  expect("gaussian:0.3abc", "'0.3abc' is not a number");
  expect("gaussian:nan", "finite");
  expect("gaussian:-0.3", "0 or more");
  expect("gaussian:0.6-0.3", "the lower one first");
  expect("gaussian:0.3-", "is not a number");
  expect("gaussian:0.1-0.2-0.3", "is not a number");
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
