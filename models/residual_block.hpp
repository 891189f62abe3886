#pragma once

#include <torch/nn/modules/container/any.h>
#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/normalization.h>

#include "models/layer.hpp"
#include "models/options.hpp"

namespace diabolo {

/// x + conv(act(norm(conv(act(norm(x)))))): He et al. 2016, with activations in front. The second
/// convolution begins at a tenth of the usual size, so that any number of blocks begins close to
/// doing nothing.
class ResidualBlockImpl : public torch::nn::Module {
 public:
  ResidualBlockImpl(int64_t channels, Norm norm, Activation activation);
  /// x        [N, channels, h, w] float32
  /// returns  the same shape
  torch::Tensor forward(const torch::Tensor& x);
  void initialise(const torch::Generator& generator);
  std::vector<Layer> layers();

 private:
  Activation kind_;
  torch::nn::AnyModule activation_;
  torch::nn::GroupNorm first_norm_{nullptr}, second_norm_{nullptr};  ///< Or none.
  torch::nn::Conv2d first_, second_;
};
TORCH_MODULE(ResidualBlock);

}  // namespace diabolo
