#include <gmock/gmock.h>
#include <torch/types.h>

#include <set>

#include "lib/training/batches.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::ThrowsMessage;

TrainerOptions plain_options(int64_t batch_size) {
  TrainerOptions options;
  options.batch_size = batch_size;
  options.shift = 0;
  options.seed = 3;
  return options;
}

TrainerOptions noisy_options() {
  TrainerOptions options = plain_options(4);
  options.noise = gaussian_noise(0.2, 0.2);
  return options;
}

/// The samples of counted() that a batch holds.
std::vector<int64_t> samples_in(const torch::Tensor& images) {
  const auto values = images.flatten().mul(255).round().to(torch::kInt64);
  return {values.data_ptr<int64_t>(), values.data_ptr<int64_t>() + values.numel()};
}

TEST(Batches, GiveEverySampleOnceAnEpoch) {
  const Batches batches(counted(10), plain_options(4), torch::kCPU);
  ASSERT_EQ(batches.steps(), 3);
  for (const int64_t epoch : {1, 2}) {
    const auto order = batches.order(epoch);
    std::vector<int64_t> seen;
    for (int64_t step = 0; step < 3; ++step) {
      const auto samples = samples_in(batches.training(order, epoch, step).input);
      EXPECT_EQ(samples.size(), step < 2 ? 4U : 2U);
      seen.insert(seen.end(), samples.begin(), samples.end());
    }
    EXPECT_EQ(seen, order);
    EXPECT_EQ(std::set<int64_t>(seen.begin(), seen.end()).size(), 10U);
  }
}

TEST(Batches, AreInAnotherOrderEachEpochAndForEachSeed) {
  TrainerOptions options = plain_options(4);
  const Batches batches(counted(100), options, torch::kCPU);
  EXPECT_EQ(batches.order(1), batches.order(1));
  EXPECT_NE(batches.order(1), batches.order(2));
  options.seed = 4;
  EXPECT_NE(Batches(counted(100), options, torch::kCPU).order(1), batches.order(1));
}

TEST(Batches, ScaleBytesToTheUnitRangeAndShareInputAndTargetWithoutNoise) {
  const Dataset dataset = dataset_of(noisy_bytes({5, 3, 2, 4}));
  const Batches batches(dataset, plain_options(8), torch::kCPU);
  const Batch batch = batches.plain(1, 3);
  EXPECT_TRUE(torch::equal(batch.target, to_unit(dataset.samples.narrow(0, 1, 3))));
  EXPECT_TRUE(batch.input.is_same(batch.target));
}

TEST(Batches, LeaveFloatsAndTablesAsTheyAre) {
  TrainerOptions options = plain_options(3);
  options.shift = 1;
  const Dataset table = dataset_of(torch::randn({7, 5}));
  const auto before = table.samples.clone();
  const Batches batches(table, options, torch::kCPU);
  const auto order = batches.order(1);
  const Batch last = batches.training(order, 1, 2);
  EXPECT_TRUE(torch::equal(last.input, before.narrow(0, order[6], 1)));
  EXPECT_TRUE(last.input.is_same(last.target));
  EXPECT_TRUE(torch::equal(batches.plain(2, 4).target, before.narrow(0, 2, 4)));
  EXPECT_TRUE(torch::equal(table.samples, before));
}

TEST(Batches, HaveNoisyInputsAndCleanTargets) {
  const Dataset dataset = dataset_of(noisy_bytes({10, 1, 8, 8}));
  const Batches batches(dataset, noisy_options(), torch::kCPU);
  const auto order = batches.order(2);
  const Batch batch = batches.training(order, /*epoch=*/2, /*step=*/1);
  const std::vector<int64_t> chosen(order.begin() + 4, order.begin() + 8);
  const auto clean = to_unit(dataset.select(chosen).samples);
  EXPECT_TRUE(torch::equal(batch.target, clean));
  auto noisy = clean.clone();
  add_noise(noisy, noisy_options().noise, chosen, /*seed=*/3, /*epoch=*/2);
  EXPECT_TRUE(torch::equal(batch.input, noisy));
  EXPECT_FALSE(torch::equal(batch.input, clean));
}

TEST(Batches, HaveTheSameNoiseAtEachValidationAndAnotherWhileTraining) {
  const Batches batches(dataset_of(noisy_bytes({4, 1, 8, 8})), noisy_options(), torch::kCPU);
  const Batch plain = batches.plain(0, 4);
  EXPECT_TRUE(torch::equal(plain.input, batches.plain(0, 4).input));
  EXPECT_TRUE(torch::equal(plain.input.narrow(0, 2, 2), batches.plain(2, 2).input));
  const Batch training = batches.training({0, 1, 2, 3}, /*epoch=*/1, /*step=*/0);
  EXPECT_TRUE(torch::equal(training.target, plain.target));
  EXPECT_FALSE(torch::equal(training.input, plain.input));
}

TEST(Batches, ShowRowsOfATableToValidationWithoutNoise) {
  const Dataset table = dataset_of(torch::randn({4, 5}));
  const Batches batches(table, noisy_options(), torch::kCPU);
  EXPECT_FALSE(torch::equal(batches.training({0, 1, 2, 3}, 1, 0).input, table.samples));
  EXPECT_TRUE(torch::equal(batches.plain(0, 4).input, table.samples));
}

TEST(Batches, ShiftOnlyWhileTrainingAndTheTargetAlike) {
  TrainerOptions options = plain_options(64);
  options.shift = 2;
  const Dataset dataset = dataset_of(noisy_bytes({64, 1, 6, 6}));
  const Batches batches(dataset, options, torch::kCPU);
  const auto order = batches.order(1);
  const Batch batch = batches.training(order, 1, 0);
  EXPECT_FALSE(torch::equal(batch.target, to_unit(dataset.select(order).samples)));
  EXPECT_TRUE(batch.input.is_same(batch.target));
  EXPECT_TRUE(torch::equal(batches.plain(0, 64).target, to_unit(dataset.samples)));
  EXPECT_TRUE(torch::equal(batches.training(order, 1, 0).target, batch.target));
}

TEST(Batches, RefuseAnEmptyDataSet) {
  EXPECT_THAT([] { Batches(Dataset{}, plain_options(4), torch::kCPU); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("no samples")));
}

TEST(Batches, OfMoreThanAllSamplesAreOneStep) {
  EXPECT_EQ(Batches(counted(10), plain_options(1000), torch::kCPU).steps(), 1);
  EXPECT_EQ(Batches(counted(10), plain_options(INT64_MAX), torch::kCPU).steps(), 1);
}

/// Every result of one image 1 … 9 over many states, as nine numbers.
std::vector<std::vector<int64_t>> shifted_squares(int64_t distance) {
  const auto image = torch::arange(1, 10, torch::kUInt8).view({1, 1, 3, 3});
  std::vector<std::vector<int64_t>> results;
  for (uint64_t state = 0; state < 500; ++state) {
    const auto moved = shift_images(image.repeat({8, 1, 1, 1}), distance, state);
    const auto values = moved.to(torch::kInt64).view({8, 9});
    for (int64_t i = 0; i < 8; ++i) {
      const int64_t* row = values.data_ptr<int64_t>() + 9 * i;
      results.emplace_back(row, row + 9);
    }
  }
  return results;
}

TEST(ShiftImages, MovesByUpToADistanceAndRepeatsTheBorder) {
  const auto results = shifted_squares(1);
  const std::set<std::vector<int64_t>> kinds(results.begin(), results.end());
  EXPECT_EQ(kinds.size(), 9U);
  EXPECT_THAT(kinds, Contains(std::vector<int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9}));
  EXPECT_THAT(kinds, Contains(std::vector<int64_t>{1, 2, 3, 1, 2, 3, 4, 5, 6}));  // Down.
  EXPECT_THAT(kinds, Contains(std::vector<int64_t>{4, 5, 6, 7, 8, 9, 7, 8, 9}));  // Up.
  EXPECT_THAT(kinds, Contains(std::vector<int64_t>{1, 1, 2, 4, 4, 5, 7, 7, 8}));  // Right.
  EXPECT_THAT(kinds, Contains(std::vector<int64_t>{2, 3, 3, 5, 6, 6, 8, 9, 9}));  // Left.
  EXPECT_THAT(kinds, Contains(std::vector<int64_t>{5, 6, 6, 8, 9, 9, 8, 9, 9}));  // Up and left.
  // Half are drawn to stay, and a ninth of the rest is drawn to move by nothing.
  const std::vector<int64_t> still = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_NEAR(static_cast<double>(std::ranges::count(results, still)) / 4000, 5.0 / 9, 0.04);
}

TEST(ShiftImages, ReachesNoFurtherThanTheImage) {
  for (const auto& result : shifted_squares(50)) {
    for (const int64_t value : result) ASSERT_TRUE(value >= 1 && value <= 9);
  }
  const auto dot = torch::full({3, 1, 1, 1}, 7, torch::kUInt8);
  EXPECT_TRUE(torch::equal(shift_images(dot, 4, 1), dot));
}

TEST(ShiftImages, MovesGroupsAsOneAndLeavesTheOriginalAlone) {
  const auto images = noisy_bytes({1, 3, 5, 5}).repeat({64, 1, 1, 1});
  const auto before = images.clone();
  const auto moved = shift_images(images, 1, 11);
  EXPECT_TRUE(torch::equal(images, before));
  EXPECT_EQ(moved.scalar_type(), torch::kUInt8);
  for (int64_t group = 0; group < 8; ++group) {
    const auto part = moved.narrow(0, 8 * group, 8);
    EXPECT_TRUE(torch::equal(part, part.narrow(0, 0, 1).expand_as(part))) << group;
  }
  EXPECT_TRUE(shift_images(images, 0, 11).is_same(images));
}

/// The shares of a batch, one behind the other, are the whole: each sample has its own noise and
/// the shift of its group, whoever trains on it.
TEST(Batches, ComeApartIntoSharesOfTheSameSamples) {
  TrainerOptions options = noisy_options();
  options.batch_size = 13;
  options.shift = 2;
  options.augment = true;
  // The last batch has 4 samples, fewer than there are shares in the end.
  const Batches batches(dataset_of(noisy_bytes({30, 1, 6, 5})), options, torch::kCPU);
  const auto order = batches.order(2);
  ASSERT_EQ(batches.steps(), 3);
  for (int64_t step = 0; step < 3; ++step) {
    const Batch whole = batches.training(order, 2, step);
    EXPECT_EQ(whole.input.size(0), batches.samples_of(step));
    for (const int64_t size : {1, 2, 3, 8}) {
      std::vector<torch::Tensor> inputs;
      std::vector<torch::Tensor> targets;
      for (int64_t rank = 0; rank < size; ++rank) {
        const Batch part = batches.training(order, 2, step, {.rank = rank, .size = size});
        EXPECT_LE(part.input.size(0), (batches.samples_of(step) + size - 1) / size);
        inputs.push_back(part.input);
        targets.push_back(part.target);
      }
      EXPECT_TRUE(torch::equal(torch::cat(inputs), whole.input)) << step << " " << size;
      EXPECT_TRUE(torch::equal(torch::cat(targets), whole.target)) << step << " " << size;
    }
  }
}

}  // namespace
}  // namespace diabolo
