#pragma once

#include <optional>

#include "lib/training/named_tensors.hpp"
#include "models/field.hpp"

namespace diabolo {

/// What is usual to one kind of code: the network's, or PCA's.
struct UsualCodes {
  torch::Tensor low, high;  ///< [K] float32: the 10th and the 90th percentile of each number of the
                            ///< codes of training samples.
  torch::Tensor error;      ///< [D] float32, > 0: mean squared error of each value of a table over
                            ///< its training rows; not defined for images.
  torch::Tensor scores;     ///< [1 … 1,001] float32, ascending, evenly spaced quantiles.
};

/// How far samples lie from what is usual, so that others can be judged by it.
struct Usual {
  int64_t samples = 0;     ///< That the scores are of; 0: nobody has looked.
  bool kept_apart = true;  ///< From training; else they are training samples.
  UsualCodes model;
  std::optional<UsualCodes> pca;  ///< Where the model has PCA's components.

  bool known() const { return samples > 0; }

  template <typename Self, typename Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit("samples", "samples that the scores are of", self.samples, kAtLeastZero);
    visit("kept_apart", "whether training kept them apart", self.kept_apart, kAnyValue);
  }
};

/// Linear between order statistics, as numpy.quantile.
/// sorted  [N, …] ascending along its first dimension, N > 0; share in [0, 1]; returns […]
torch::Tensor quantile_of(const torch::Tensor& sorted, double share);

/// "usual.model.low" and so on, for a model file.
void add_tensors(NamedTensors& to, const Usual& usual);

/// What add_tensors() wrote, with the other fields of `fields`.
/// code, values  numbers in a code, values in a sample
/// Throws std::runtime_error naming `file` for tensors that are missing or do not fit.
Usual read_usual(const Usual& fields, const NamedTensors& tensors, int64_t code, int64_t values,
                 const std::string& file);

}  // namespace diabolo
