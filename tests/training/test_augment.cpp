#include <gtest/gtest.h>
#include <torch/types.h>

#include <map>
#include <numeric>

#include "lib/training/batches.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

/// How often each result of turning one image came out, as its values in a row.
std::map<std::vector<int64_t>, int> turned(const torch::Tensor& image, int64_t samples) {
  const int64_t values = image.numel();
  std::vector<int64_t> numbers(static_cast<size_t>(samples));
  std::iota(numbers.begin(), numbers.end(), 0);
  const auto images = image.repeat({samples, 1, 1, 1});
  const auto all = augment_images(images, numbers, /*seed=*/3, /*epoch=*/1).to(torch::kInt64);
  std::map<std::vector<int64_t>, int> counts;
  for (int64_t i = 0; i < samples; ++i) {
    const auto row = all[i].contiguous();
    ++counts[{row.data_ptr<int64_t>(), row.data_ptr<int64_t>() + values}];
  }
  return counts;
}

TEST(AugmentImages, LaysASquareInEightWaysEquallyOften) {
  const auto counts = turned(torch::arange(1, 5, torch::kUInt8).view({1, 1, 2, 2}), 4000);
  ASSERT_EQ(counts.size(), 8U);
  for (const auto& [values, count] : counts) EXPECT_NEAR(count, 500, 80);
  EXPECT_TRUE(counts.contains({3, 1, 4, 2}));  // A quarter to the right.
  EXPECT_TRUE(counts.contains({2, 1, 4, 3}));  // A mirror.
}

TEST(AugmentImages, LaysAnotherRectangleInTheFourWaysThatFit) {
  const auto counts = turned(torch::arange(1, 7, torch::kUInt8).view({1, 1, 2, 3}), 400);
  EXPECT_EQ(counts.size(), 4U);
  EXPECT_TRUE(counts.contains({6, 5, 4, 3, 2, 1}));
}

TEST(AugmentImages, KeepsTheChannelsOfAPixelTogether) {
  const auto grey = noisy_bytes({20, 1, 4, 4});
  const auto rgb = torch::cat({grey, grey + 1, grey + 2}, 1);
  std::vector<int64_t> numbers(20);
  std::iota(numbers.begin(), numbers.end(), 0);
  const auto found = augment_images(rgb, numbers, 3, 1);
  EXPECT_FALSE(torch::equal(found, rgb));
  EXPECT_TRUE(torch::equal(found.narrow(1, 2, 1), found.narrow(1, 0, 1) + 2));
}

TEST(AugmentImages, FollowsFromSeedEpochAndSampleAlone) {
  const auto images = noisy_bytes({8, 1, 4, 4});
  const std::vector<int64_t> all = {5, 6, 7, 8, 9, 10, 11, 12};
  const auto whole = augment_images(images, all, 3, 1);
  const auto part = augment_images(images.narrow(0, 2, 3), std::span(all).subspan(2, 3), 3, 1);
  EXPECT_TRUE(torch::equal(part, whole.narrow(0, 2, 3)));
  EXPECT_FALSE(torch::equal(augment_images(images, all, 3, 2), whole));
  EXPECT_FALSE(torch::equal(augment_images(images, all, 4, 1), whole));
}

TEST(Batches, TurnImagesOnlyWhileTrainingAndTheTargetAlike) {
  TrainerOptions options;
  options.batch_size = 32;
  options.shift = 0;
  options.augment = true;
  const Dataset dataset = dataset_of(noisy_bytes({32, 1, 6, 6}));
  const Batches batches(dataset, options, torch::kCPU);
  const auto order = batches.order(1);
  const Batch batch = batches.training(order, 1, 0);
  EXPECT_FALSE(torch::equal(batch.target, to_unit(dataset.select(order).samples)));
  EXPECT_TRUE(batch.input.is_same(batch.target));
  EXPECT_TRUE(torch::equal(batches.plain(0, 32).target, to_unit(dataset.samples)));
}

}  // namespace
}  // namespace diabolo
