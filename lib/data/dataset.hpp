#pragma once

#include <torch/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace diabolo {

/// Samples and what they mean.
struct Dataset {
  torch::Tensor samples;                  ///< Images: uint8 [N, C, H, W], C = 1 (grey) or 3 (RGB).
  torch::Tensor labels;                   ///< int64 [N], or undefined when there are none.
  std::string name;                       ///< As the user wrote it: "mnist", or a path.
  std::vector<std::string> sample_names;  ///< File names, when each sample is a file; else empty.

  int64_t size() const { return samples.defined() ? samples.size(0) : 0; }
  std::vector<int64_t> sample_shape() const;  ///< [C, H, W]

  /// The samples at `indices`, in that order, copied.
  Dataset select(const std::vector<int64_t>& indices) const;
  /// The first `count` samples, or all when there are fewer; no copy.
  Dataset head(int64_t count) const;
};

/// Values for a network: float32 in [0, 1], of the same shape as the uint8 `samples`; float32
/// samples are scaled already, and come back as they are.
torch::Tensor to_unit(const torch::Tensor& samples);

/// Mean sample [...sample shape], float32 in [0, 1].
torch::Tensor mean_sample(const Dataset& dataset);

/// SHA-256 of shape and values of the samples, in hex: tells whether two runs saw the same data.
std::string data_hash(const Dataset& dataset);

/// One IDX file of images (plain or gzip), with the labels beside it when a file named like it
/// with "labels-idx1" for "images-idx3" exists. Throws std::invalid_argument for a file that is
/// not images, std::runtime_error for a damaged one or for labels of another count.
Dataset read_idx_images(const std::filesystem::path& path);

}  // namespace diabolo
