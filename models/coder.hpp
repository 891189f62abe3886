#pragma once

#include <torch/nn/module.h>

#include "models/layer.hpp"

namespace diabolo {

/// The wide-to-narrow half: samples to codes. Each architecture derives one.
class Encoder : public torch::nn::Module {
 public:
  /// x        [N, ...sample shape] float32
  /// returns  [N, ...code shape] float32, unbounded
  virtual torch::Tensor forward(const torch::Tensor& x) = 0;

  /// What the decoder reads: the code last, before it what skips carry past it, input side first.
  virtual std::vector<torch::Tensor> maps(const torch::Tensor& x) { return {forward(x)}; }

  /// Draws new weights; biases become 0. Equal generator state, equal weights.
  virtual void initialise(torch::Generator generator) = 0;

  /// What forward() does, step by step; weights shared.
  virtual std::vector<Layer> layers() = 0;

  /// Sets the first bias so that the sample `mean` [...sample shape] meets zero pre-activations.
  virtual void centre_on(const torch::Tensor& mean) = 0;
};

/// The narrow-to-wide half: codes to samples.
class Decoder : public torch::nn::Module {
 public:
  /// z        [N, ...code shape] float32
  /// returns  [N, ...sample shape] float32, unbounded: before the output function
  virtual torch::Tensor forward(const torch::Tensor& z) = 0;

  /// forward() of what Encoder::maps() gave.
  virtual torch::Tensor from_maps(const std::vector<torch::Tensor>& maps) {
    return forward(maps.back());
  }

  /// As Encoder::initialise.
  virtual void initialise(torch::Generator generator) = 0;

  /// As Encoder::layers.
  virtual std::vector<Layer> layers() = 0;

  /// Sets the last bias to `output` [...sample shape], or to its mean over what shares a bias.
  virtual void start_from(const torch::Tensor& output) = 0;
};

}  // namespace diabolo
