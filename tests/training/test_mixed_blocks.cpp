#include <gmock/gmock.h>
#include <torch/types.h>

#include <set>
#include <stdexcept>

#include "lib/training/mixed_blocks.hpp"

namespace diabolo {
namespace {

/// Sample i holds the value i. Reading sample 90 fails.
class Counting : public StoredSamples {
 public:
  torch::Tensor read(int64_t begin, int64_t count) const override {
    if (begin <= 90 && 90 < begin + count) throw std::invalid_argument("row 91");
    return torch::arange(begin, begin + count, torch::kFloat32).unsqueeze(1);
  }
};

/// 63 samples in 7 blocks, one of which is short.
std::shared_ptr<const StoredPart> counting() {
  RowRanges blocks;
  for (const int64_t begin : {0, 10, 30, 40, 50, 70}) blocks.push_back({begin, begin + 10});
  blocks.push_back({80, 83});
  return std::make_shared<StoredPart>(StoredPart{std::make_shared<Counting>(), blocks});
}

/// All samples of an epoch, `count` at a time.
std::vector<int64_t> epoch_of(MixedBlocks& mixed, int64_t epoch, int64_t count) {
  const auto order = mixed.order(epoch);
  std::vector<int64_t> all;
  for (int64_t first = 0; first < mixed.samples(); first += count) {
    const auto chosen = mixed.take(order, epoch, first, std::min(count, mixed.samples() - first));
    EXPECT_EQ(chosen.rows.size(0), std::ssize(chosen.samples));
    for (size_t i = 0; i < chosen.samples.size(); ++i) {
      EXPECT_EQ(chosen.rows[static_cast<int64_t>(i)][0].item<int64_t>(), chosen.samples[i]);
    }
    all.insert(all.end(), chosen.samples.begin(), chosen.samples.end());
  }
  return all;
}

TEST(MixedBlocks, GiveEverySampleOnceAnEpochWhateverTheBatches) {
  MixedBlocks mixed(counting(), 5, /*held=*/2);
  EXPECT_EQ(mixed.samples(), 63);
  const auto all = epoch_of(mixed, 1, 8);
  EXPECT_EQ(all.size(), 63u);
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), 63u);
  for (const int64_t count : {1, 20, 63}) EXPECT_EQ(epoch_of(mixed, 1, count), all) << count;
}

TEST(MixedBlocks, AreInAnotherOrderEachEpochAndForEachSeed) {
  MixedBlocks mixed(counting(), 5, /*held=*/2);
  const auto first = epoch_of(mixed, 1, 8);
  EXPECT_NE(epoch_of(mixed, 2, 8), first);
  EXPECT_EQ(epoch_of(mixed, 1, 8), first);
  MixedBlocks other(counting(), 6, /*held=*/2);
  EXPECT_NE(epoch_of(other, 1, 8), first);
}

TEST(MixedBlocks, MixTheBlocksOfAGroup) {
  MixedBlocks mixed(counting(), 5, /*held=*/3);
  const auto order = mixed.order(1);
  const auto some = mixed.take(order, 1, 0, 12).samples;
  std::set<int64_t> blocks;
  for (const int64_t sample : some) blocks.insert(sample / 10);
  EXPECT_EQ(blocks.size(), 3u);
}

TEST(MixedBlocks, GoOnFromTheMiddle) {
  MixedBlocks mixed(counting(), 5, /*held=*/2);
  const auto all = epoch_of(mixed, 3, 7);
  MixedBlocks again(counting(), 5, /*held=*/2);
  const auto later = again.take(again.order(3), 3, 42, 7).samples;
  EXPECT_EQ(later, std::vector(all.begin() + 42, all.begin() + 49));
  EXPECT_EQ(again.take(again.order(3), 3, 42, 0).samples.size(), 0u);
}

TEST(MixedBlocks, SayWhatCannotBeRead) {
  const auto part = std::make_shared<StoredPart>(
      StoredPart{std::make_shared<Counting>(), RowRanges{{0, 10}, {90, 95}, {20, 30}}});
  MixedBlocks mixed(part, 5, /*held=*/1);
  const auto order = mixed.order(1);
  const auto read = [&] {
    for (int64_t first = 0; first < 25; first += 5) mixed.take(order, 1, first, 5);
  };
  EXPECT_THROW(read(), std::invalid_argument);
}

}  // namespace
}  // namespace diabolo
