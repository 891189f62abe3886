#include <gmock/gmock.h>

#include <set>

#include "lib/data/block_split.hpp"

namespace diabolo {
namespace {

using testing::Each;
using testing::Ge;
using testing::Le;

constexpr FileRows kSmall{.rows = 1'000, .bytes_each = 120};
constexpr FileRows kLarge{.rows = 10'000'000, .bytes_each = 4'000};

std::set<int64_t> all_of(const RowRanges& ranges) {
  std::set<int64_t> rows;
  for (const RowRange& range : ranges) {
    for (int64_t row = range.begin; row < range.end; ++row) rows.insert(row);
  }
  return rows;
}

/// The rows of `looked_at` that the indices name.
std::set<int64_t> rows_at(const BlockSplit& split, const std::vector<int64_t>& indices) {
  std::vector<int64_t> rows;
  for (const RowRange& range : split.looked_at) {
    for (int64_t row = range.begin; row < range.end; ++row) rows.push_back(row);
  }
  std::set<int64_t> found;
  for (const int64_t index : indices) found.insert(rows.at(static_cast<size_t>(index)));
  return found;
}

TEST(BlockSplit, OfASmallFileIsASplitOfAllItsRows) {
  const BlockSplit split = split_blocks(kSmall, 0.1, 7);
  const std::set<int64_t> train = all_of(split.train);
  const std::set<int64_t> apart = rows_at(split, split.indices.validation);
  EXPECT_EQ(rows_at(split, split.indices.train), train);
  EXPECT_EQ(train.size() + apart.size(), 1'000u);
  for (const int64_t row : apart) EXPECT_FALSE(train.contains(row)) << row;
  EXPECT_NEAR(static_cast<double>(apart.size()), 100, 15);
  EXPECT_EQ(rows_in(split.looked_at), 1'000);
}

TEST(BlockSplit, OfALargeFileHoldsHalfAGigabyteFromAllOverIt) {
  const BlockSplit split = split_blocks(kLarge, 0.1, 7);
  const auto bytes = [](size_t rows) { return static_cast<double>(rows) * 4'000; };
  EXPECT_NEAR(bytes(split.indices.validation.size()), 1 << 28, 2 << 20);
  EXPECT_NEAR(bytes(split.indices.train.size()), 1 << 28, 16 << 20);
  EXPECT_EQ(rows_in(split.train), kLarge.rows - std::ssize(split.indices.validation));
  const std::set<int64_t> train = rows_at(split, split.indices.train);
  const std::set<int64_t> apart = rows_at(split, split.indices.validation);
  for (const int64_t row : apart) ASSERT_FALSE(train.contains(row)) << row;
  for (const auto& rows : {train, apart}) {
    std::vector<int> of_tenth(10);
    for (const int64_t row : rows) ++of_tenth.at(static_cast<size_t>(row / 1'000'000));
    EXPECT_THAT(of_tenth, Each(Ge(4'000)));
    EXPECT_THAT(of_tenth, Each(Le(10'000)));
  }
}

TEST(BlockSplit, IsDrawnBySeedAlone) {
  const auto apart = [](uint64_t seed) {
    const BlockSplit split = split_blocks(kSmall, 0.1, seed);
    return rows_at(split, split.indices.validation);
  };
  EXPECT_EQ(apart(7), apart(7));
  EXPECT_NE(apart(7), apart(8));
}

TEST(BlockSplit, KeepsNothingApartOrABlock) {
  EXPECT_TRUE(split_blocks(kSmall, 0, 7).indices.validation.empty());
  EXPECT_EQ(rows_in(split_blocks(kSmall, 0, 7).train), 1'000);
  EXPECT_EQ(split_blocks({.rows = 2, .bytes_each = 8}, 1e-9, 7).indices.validation.size(), 1u);
  EXPECT_THROW(split_blocks({.rows = 1, .bytes_each = 8}, 0.1, 7), std::invalid_argument);
}

}  // namespace
}  // namespace diabolo
