#include <gmock/gmock.h>

#include <set>

#include "lib/data/random.hpp"
#include "lib/data/split.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

std::vector<int64_t> values_of(const Dataset& dataset) {
  if (dataset.size() == 0) return {};
  const auto values = dataset.samples.flatten().to(torch::kInt64);
  return {values.data_ptr<int64_t>(), values.data_ptr<int64_t>() + values.numel()};
}

Dataset labelled() {
  Dataset dataset = counted(5);
  dataset.labels = torch::arange(50, 55);
  dataset.sample_names = {"a", "b", "c", "d", "e"};
  return dataset;
}

TEST(Dataset, SelectsSamplesWithLabelsAndNamesInTheOrderGiven) {
  const Dataset chosen = labelled().select({3, 0, 3});
  EXPECT_THAT(values_of(chosen), ElementsAre(3, 0, 3));
  EXPECT_TRUE(torch::equal(chosen.labels, torch::tensor({53, 50, 53})));
  EXPECT_THAT(chosen.sample_names, ElementsAre("d", "a", "d"));
  EXPECT_EQ(chosen.name, "made up");
}

TEST(Dataset, HasAHeadOfAtMostAllSamples) {
  const Dataset head = labelled().head(2);
  EXPECT_THAT(values_of(head), ElementsAre(0, 1));
  EXPECT_TRUE(torch::equal(head.labels, torch::tensor({50, 51})));
  EXPECT_THAT(head.sample_names, ElementsAre("a", "b"));
  EXPECT_EQ(labelled().head(9).size(), 5);
  EXPECT_EQ(Dataset{}.size(), 0);
}

TEST(Dataset, TurnsBytesIntoValuesFromZeroToOne) {
  const auto unit = to_unit(torch::tensor({0, 51, 255}, torch::kUInt8));
  EXPECT_TRUE(torch::allclose(unit, torch::tensor({0.0F, 0.2F, 1.0F})));
  EXPECT_EQ(unit[2].item<float>(), 1.0F);
}

TEST(Dataset, HasAMeanSampleOverMoreThanOneChunk) {
  const auto samples = noisy_bytes({5000, 1, 2, 2});
  const auto wanted = samples.to(torch::kFloat64).mean(0) / 255;
  EXPECT_TRUE(torch::allclose(mean_sample(dataset_of(samples)).to(torch::kFloat64), wanted, 1e-5));
}

TEST(Dataset, HashesShapeAndEachValue) {
  const auto samples = noisy_bytes({3, 1, 2, 4});
  const std::string hash = data_hash(dataset_of(samples));
  EXPECT_EQ(hash.size(), 64U);
  EXPECT_EQ(data_hash(dataset_of(samples.clone(), "another name")), hash);
  EXPECT_NE(data_hash(dataset_of(samples.view({3, 1, 4, 2}))), hash);
  auto changed = samples.clone();
  changed[2][0][1][3] = 255 - changed[2][0][1][3].item<int64_t>();
  EXPECT_NE(data_hash(dataset_of(changed)), hash);
}

TEST(Split, SetsAsideTheRoundedShare) {
  const auto held_out = [](int64_t count, double fraction) {
    return split_validation(counted(count), fraction, 1).validation.size();
  };
  EXPECT_EQ(held_out(100, 0.05), 5);
  EXPECT_EQ(held_out(10, 0.25), 3);
  EXPECT_EQ(held_out(10, 0.01), 1);  // At least one of each part.
  EXPECT_EQ(held_out(10, 0.99), 9);
  EXPECT_EQ(held_out(2, 0.5), 1);
}

TEST(Split, PutsEachSampleInOnePartAndKeepsTheOrder) {
  const Split split = split_validation(counted(200), 0.3, 4);
  const auto train = values_of(split.train);
  const auto validation = values_of(split.validation);
  EXPECT_TRUE(std::ranges::is_sorted(train));
  EXPECT_TRUE(std::ranges::is_sorted(validation));
  std::set<int64_t> all(train.begin(), train.end());
  all.insert(validation.begin(), validation.end());
  EXPECT_EQ(train.size() + validation.size(), 200U);
  EXPECT_EQ(all.size(), 200U);
}

TEST(Split, IsDrawnByTheSeed) {
  const auto validation = [](uint64_t seed) {
    return values_of(split_validation(counted(100), 0.2, seed).validation);
  };
  EXPECT_EQ(validation(1), validation(1));
  EXPECT_NE(validation(1), validation(2));
  EXPECT_NE(validation(1).back() - validation(1).front(), 19);  // Not one block.
}

TEST(Split, KeepsAllForTrainingWhenTheShareIsZero) {
  const Split split = split_validation(counted(1), 0.0, 1);
  EXPECT_THAT(values_of(split.train), ElementsAre(0));
  EXPECT_THAT(values_of(split.validation), IsEmpty());
}

TEST(Split, RefusesToSplitOneSample) {
  EXPECT_THAT([] { split_validation(counted(1), 0.1, 1); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("--validation 0")));
}

TEST(Random, GivesTheNumbersOfSplitMix64) {
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
  EXPECT_EQ(random.next(), 9817491932198370423U);
  EXPECT_EQ(Random(0).next(), 0xE220A8397B1DCDAFU);
}

TEST(Random, DrawsNumbersEvenlyBelowABound) {
  Random random(3);
  std::array<int, 5> seen{};
  for (int i = 0; i < 50000; ++i) ++seen.at(random.below(5));
  for (const int count : seen) EXPECT_NEAR(count, 10000, 400);
  double sum = 0;
  for (int i = 0; i < 50000; ++i) {
    const double x = random.unit();
    ASSERT_TRUE(x >= 0 && x < 1);
    sum += x;
  }
  EXPECT_NEAR(sum / 50000, 0.5, 0.006);
}

TEST(Random, PinsItsOrdersSoThatOldRunsCanBeRepeated) {
  EXPECT_THAT(permutation(8, 1), ElementsAre(4, 3, 2, 7, 5, 6, 0, 1));
  EXPECT_THAT(permutation(5, 42), ElementsAre(1, 2, 0, 4, 3));
  EXPECT_EQ(random_state(1, Purpose::kNoise, 2, 5), 16652119351413896409U);
}

TEST(Random, PermutesEachNumberIntoTheOrderOnce) {
  for (const int64_t count : {0, 1, 2, 1000}) {
    auto order = permutation(count, 9);
    std::ranges::sort(order);
    for (int64_t i = 0; i < count; ++i) ASSERT_EQ(order[static_cast<size_t>(i)], i);
    EXPECT_EQ(order.size(), static_cast<size_t>(count));
  }
}

TEST(RandomState, DiffersInEachOfItsParts) {
  std::set<uint64_t> states;
  for (uint64_t seed = 0; seed < 3; ++seed) {
    for (const Purpose purpose : {Purpose::kSplit, Purpose::kOrder, Purpose::kNoise}) {
      for (uint64_t epoch = 0; epoch < 10; ++epoch) {
        for (uint64_t index = 0; index < 100; ++index) {
          states.insert(random_state(seed, purpose, epoch, index));
        }
      }
    }
  }
  EXPECT_EQ(states.size(), 3U * 3 * 10 * 100);
}

}  // namespace
}  // namespace diabolo
