#include "lib/data/block_split.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/data/random.hpp"

namespace diabolo {
namespace {

constexpr int64_t kBlock = int64_t{1} << 20;  // Bytes.
constexpr int64_t kFewestBlocks = 64;         // Of small files they are smaller, so as to be many.
constexpr int64_t kPiece = int64_t{1} << 16;  // Bytes.
constexpr int64_t kHeld = int64_t{1} << 28;   // Bytes.

/// Which of `all` pieces to look at: `wanted` of them, ascending, from all over.
std::vector<int64_t> spread(int64_t all, int64_t wanted, uint64_t seed) {
  wanted = std::min(all, wanted);
  Random random(random_state(seed, Purpose::kSubsample, 0, 5));
  std::vector<int64_t> chosen;
  for (int64_t i = 0; i < wanted; ++i) {
    const double at = (static_cast<double>(i) + random.unit()) * static_cast<double>(all) /
                      static_cast<double>(wanted);
    chosen.push_back(std::min(static_cast<int64_t>(at), all - 1));
  }
  const auto repeated = std::ranges::unique(chosen);  // By rounding.
  chosen.erase(repeated.begin(), repeated.end());
  return chosen;
}

std::vector<bool> draw_apart(int64_t blocks, int64_t apart, uint64_t seed) {
  const auto order = permutation(blocks, random_state(seed, Purpose::kSplit, 0, 0));
  std::vector<bool> is_apart(static_cast<size_t>(blocks));
  for (int64_t i = 0; i < apart; ++i)
    is_apart[static_cast<size_t>(order[static_cast<size_t>(i)])] = true;
  return is_apart;
}

int64_t blocks_apart(const FileRows& file, double fraction, int64_t block, int64_t blocks) {
  if (fraction == 0) return 0;
  if (blocks < 2) throw std::invalid_argument("one sample is not split; give --validation 0");
  const auto most = static_cast<double>(kHeld / file.bytes_each);
  const double rows = std::min(fraction * static_cast<double>(file.rows), most);
  return std::clamp<int64_t>(std::llround(rows / static_cast<double>(block)), 1, blocks - 1);
}

void look_at(const RowRange& rows, std::vector<int64_t>& indices, BlockSplit& split) {
  const int64_t first = std::ssize(split.indices.train) + std::ssize(split.indices.validation);
  for (int64_t i = 0; i < rows.size(); ++i) indices.push_back(first + i);
  split.looked_at.push_back(rows);
}

}  // namespace

BlockSplit split_blocks(const FileRows& file, double fraction, uint64_t seed) {
  const auto rows_of = [&](int64_t bytes, int64_t most) {
    return std::clamp<int64_t>(bytes / file.bytes_each, 1, std::max<int64_t>(1, most));
  };
  const int64_t block = rows_of(kBlock, file.rows / kFewestBlocks);
  const int64_t blocks = (file.rows + block - 1) / block;
  const int64_t apart = blocks_apart(file, fraction, block, blocks);
  const std::vector<bool> is_apart = draw_apart(blocks, apart, seed);
  const int64_t piece = rows_of(kPiece, block);
  const int64_t pieces = (block + piece - 1) / piece;  // Of a block.
  const auto chosen =
      spread((blocks - apart) * pieces, rows_of(kHeld, file.rows) / piece + 1, seed);
  BlockSplit split;
  auto next = chosen.begin();
  for (int64_t i = 0; i < blocks; ++i) {
    const RowRange rows{i * block, std::min(file.rows, (i + 1) * block)};
    if (is_apart[static_cast<size_t>(i)]) {
      look_at(rows, split.indices.validation, split);
      continue;
    }
    const int64_t first = std::ssize(split.train) * pieces;
    split.train.push_back(rows);
    for (; next != chosen.end() && *next < first + pieces; ++next) {
      const int64_t begin = rows.begin + (*next - first) * piece;
      if (begin >= rows.end) continue;  // The last block may have fewer.
      look_at({begin, std::min(rows.end, begin + piece)}, split.indices.train, split);
    }
  }
  return split;
}

}  // namespace diabolo
