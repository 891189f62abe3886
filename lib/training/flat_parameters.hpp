#pragma once

#include <torch/types.h>

#include "lib/training/named_tensors.hpp"

namespace diabolo {

/// The parameters of a network in one piece of memory, and their gradients in another, so that an
/// optimizer updates all of them by a call or two. The module sees every update: only where its
/// parameters lie has changed.
class FlatParameters {
 public:
  /// Moves `parameters` (leaves, float32, without gaps) into `values()`, those of two dimensions or
  /// more first; their gradients become views of `gradients()`, zero at first.
  explicit FlatParameters(const NamedTensors& parameters);
  /// Gives each parameter memory of its own again, and drops the gradients.
  ~FlatParameters();
  FlatParameters(const FlatParameters&) = delete;
  FlatParameters& operator=(const FlatParameters&) = delete;

  const torch::Tensor& values() const { return values_; }        ///< [n] float32.
  const torch::Tensor& gradients() const { return gradients_; }  ///< [n] float32.
  int64_t weights() const { return weights_; }  ///< Of the n, those before the first bias.

  /// Parts of `flat` [n], which begins where its memory does, each at the place and in the shape
  /// and order of the parameter of its name.
  NamedTensors views(const torch::Tensor& flat) const;

 private:
  NamedTensors parameters_;
  torch::Tensor values_, gradients_;
  int64_t weights_ = 0;
};

}  // namespace diabolo
