#pragma once

#include <torch/types.h>

#include "lib/data/dataset.hpp"

namespace diabolo {

/// Principal component analysis: the best linear code of its size (Pearson 1901, Hotelling 1933).
struct Pca {
  torch::Tensor mean;        ///< [D] float32
  torch::Tensor components;  ///< [K, D] float32, orthonormal rows, greatest variance first.
  torch::Tensor share;       ///< [K] float32: the share of all variance that each explains.

  bool defined() const { return components.defined(); }
  int64_t size() const { return components.size(0); }

  /// Samples [N, ...] with D values each to their codes [N, K].
  torch::Tensor encode(const torch::Tensor& x) const;

  /// Samples to their best reconstruction from K numbers; the shape is kept, nothing is clipped.
  /// x  [N, ...] float32 with D values a sample
  torch::Tensor reconstruct(const torch::Tensor& x) const;
};

/// PCA of the samples as the network sees them, from the covariance matrix. K is cut to what D and
/// N allow. Samples of more than kMaxPcaValues values are answered from the Gram matrix of at most
/// that many samples, drawn by a fixed seed.
Pca fit_pca(const Dataset& dataset, int64_t size);

inline constexpr int64_t kMaxPcaValues = 2048;

}  // namespace diabolo
