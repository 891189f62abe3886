#pragma once

#include <future>
#include <memory>
#include <vector>

#include "lib/data/stored_samples.hpp"

namespace diabolo {

/// Samples of a file in another order each epoch that still reads it in large pieces: its blocks in
/// random order, so many of them held at a time, and the samples of those in random order. The next
/// ones are read while these are used.
class MixedBlocks {
 public:
  /// held: blocks of a group, whose samples are mixed
  MixedBlocks(std::shared_ptr<const StoredPart> part, uint64_t seed, int64_t held = 64);

  int64_t samples() const { return samples_; }

  /// The order of the blocks in `epoch` (1-based).
  std::vector<int64_t> order(int64_t epoch) const;

  struct Chosen {
    torch::Tensor rows;            ///< As StoredSamples::read().
    std::vector<int64_t> samples;  ///< Where each lies in the file.
  };

  /// The samples in places [first, first + count) of `epoch`, whose order() is `order`. Fast when
  /// they follow on those of the call before. Throws as StoredSamples::read().
  Chosen take(const std::vector<int64_t>& order, int64_t epoch, int64_t first, int64_t count);

 private:
  /// The samples of some blocks, mixed.
  struct Group {
    torch::Tensor rows;            ///< In the order of the file, block by block.
    std::vector<int64_t> samples;  ///< Of each its place in the file.
    std::vector<int64_t> order;    ///< Places in `rows`.
  };

  void begin_epoch(const std::vector<int64_t>& order, int64_t epoch);
  Group read(const std::vector<int64_t>& order, int64_t epoch, size_t number) const;
  void go_to(const std::vector<int64_t>& order, size_t number);

  std::shared_ptr<const StoredPart> part_;
  uint64_t seed_;
  int64_t held_;
  int64_t samples_;
  int64_t epoch_ = 0;
  std::vector<int64_t> ends_;  ///< Of each group in the epoch, in samples.
  size_t number_ = 0;          ///< Of `group_` in the epoch; none when `group_` is empty.
  Group group_;
  std::future<Group> next_;  ///< Last, so that it ends before what it reads.
};

}  // namespace diabolo
