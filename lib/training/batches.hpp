#pragma once

#include <torch/types.h>

#include <memory>
#include <span>
#include <vector>

#include "lib/data/dataset.hpp"
#include "lib/training/distributed/group.hpp"
#include "lib/training/mixed_blocks.hpp"
#include "lib/training/trainer_options.hpp"

namespace diabolo {

/// What one step reads: the network's input, and what it should give back.
struct Batch {
  torch::Tensor input;   ///< [N, ...sample shape] float32, noisy when noise is asked for.
  torch::Tensor target;  ///< The same without noise; the same tensor when there is none.
  torch::Tensor filled;  ///< Of plain(): as Dataset::filled; of training() undefined.
  torch::Tensor draws;   ///< [N, draws] float32, standard normal; undefined for none.
};

/// Batches of a data set that lies on the device as it is, uint8 or float32: one index_select a
/// batch, then to_unit(). Of samples that stay in their file, those in memory are the plain() ones.
/// The options have a batch size: TrainerOptions::resolved() sees to it.
class Batches {
 public:
  /// draws  normal numbers to draw for each sample: other ones in each step, of plain() the same
  /// Throws std::invalid_argument for an empty data set.
  Batches(const Dataset& dataset, const TrainerOptions& options, const torch::Device& device,
          int64_t draws = 0);

  int64_t samples() const { return stored_ ? stored_->samples() : samples_.size(0); }
  int64_t plain_samples() const { return samples_.size(0); }  ///< That plain() can give.
  int64_t filled_cells() const;                               ///< Of all samples.
  int64_t batch_size() const { return batch_size_; }          ///< No more than there are samples.
  int64_t steps() const;                   ///< Batches an epoch; the last may be smaller.
  int64_t samples_of(int64_t step) const;  ///< Of batch `step` (0-based).

  /// The order of samples in `epoch` (1-based), drawn anew for each; of those that stay in their
  /// file, as MixedBlocks::order().
  std::vector<int64_t> order(int64_t epoch) const;

  /// Batch `step` (0-based) of `epoch`, noisy and, if of images, shifted and turned as the options
  /// say; or a share of it, which may be empty, in which each sample is what it is in the whole.
  Batch training(const std::vector<int64_t>& order, int64_t epoch, int64_t step,
                 const Share& share = {}) const;

  /// Samples in their own order, never shifted. Images with noise that is the same at each call,
  /// since a network trained with noise is to clean; rows of a table as they are, since noise only
  /// keeps it from learning them by heart.
  Batch plain(int64_t begin, int64_t count) const;

 private:
  torch::Tensor drawn(int64_t epoch, int64_t first, int64_t count) const;
  Batch finish(const torch::Tensor& rows, std::span<const int64_t> samples, int64_t epoch) const;

  TrainerOptions options_;
  int64_t batch_size_;
  bool images_;    ///< Or rows of a table.
  int64_t shift_;  ///< Pixels; 0 for rows.
  torch::Device device_;
  int64_t draws_;
  torch::Tensor samples_, filled_;  ///< As in Dataset.
  std::unique_ptr<MixedBlocks> stored_;
};

/// Moves groups of images, an eighth of the batch each, by up to `distance` pixels with chance
/// one half; pixels that move in repeat the border.
/// images  uint8 [N, C, H, W]; returned as a new tensor, or as it is where nothing moves
/// first, whole  the images are those from `first` on of a batch of `whole`; 0: they are all
torch::Tensor shift_images(const torch::Tensor& images, int64_t distance, uint64_t state,
                           int64_t first = 0, int64_t whole = 0);

/// Mirrors and turns each image in one of the 8 ways to lay a square on itself, or of the 4 that
/// another rectangle has.
/// images   uint8 [N, C, H, W]; returned as a new tensor
/// samples  the index of each of the N: its way follows from (seed, epoch, its index) alone
torch::Tensor augment_images(const torch::Tensor& images, std::span<const int64_t> samples,
                             uint64_t seed, uint64_t epoch);

}  // namespace diabolo
