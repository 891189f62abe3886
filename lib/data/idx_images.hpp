#pragma once

#include <filesystem>

#include "lib/data/dataset.hpp"
#include "lib/formats/idx_reader.hpp"

namespace diabolo {

/// An IDX file of images (plain or gzip), some at a time, with the labels beside it when a file
/// named like it with "labels-idx1" for "images-idx3" exists.
class IdxImages {
 public:
  /// Throws std::invalid_argument for a file that is not images or holds none,
  /// std::runtime_error for a damaged one or for labels of another count.
  explicit IdxImages(const std::filesystem::path& path);

  int64_t size() const { return reader_.shape()[0]; }      ///< Images in the file.
  const torch::Tensor& labels() const { return labels_; }  ///< int64 [N], undefined for none.

  /// The next `count` images, fewer at the end. Throws std::runtime_error for a damaged file.
  Dataset next(int64_t count);

 private:
  formats::IdxReader reader_;
  torch::Tensor labels_;
  int64_t given_ = 0;
};

/// The whole file.
Dataset read_idx_images(const std::filesystem::path& path);

}  // namespace diabolo
