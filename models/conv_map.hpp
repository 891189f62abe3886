#pragma once

#include <torch/nn/modules/container/modulelist.h>

#include "models/coder.hpp"
#include "models/conv.hpp"
#include "models/residual_block.hpp"

// The convolutional network whose code is a map, with residual blocks behind each convolution and,
// if wanted, skips past the code (Ronneberger et al. 2015). Its weights fit images of any size.

namespace diabolo {

/// What a level has: one convolution that changes the size, and blocks that keep it.
class MapEncoder : public Encoder {
 public:
  explicit MapEncoder(const ConvOptions& options);
  /// x        [N, C, H, W] float32
  /// returns  [N, latent, h, w] float32
  /// Throws std::invalid_argument if a sample has another number of values.
  torch::Tensor forward(const torch::Tensor& x) override { return maps(x).back(); }
  /// With skips the map of each level but the last, then the code.
  std::vector<torch::Tensor> maps(const torch::Tensor& x) override;
  void initialise(torch::Generator generator) override;
  std::vector<Layer> layers() override;
  void centre_on(const torch::Tensor& mean) override;

 private:
  ConvOptions options_;
  torch::nn::AnyModule activation_;
  std::vector<torch::nn::Conv2d> halve_;
  std::vector<std::vector<ResidualBlock>> blocks_;  ///< Of each level.
  torch::nn::Conv2d code_;
};

/// The mirror of MapEncoder: what skips carry is added to the map of its level.
class MapDecoder : public Decoder {
 public:
  explicit MapDecoder(const ConvOptions& options);
  /// z        [N, latent, h, w] float32
  /// returns  [N, C, H, W] float32
  /// Throws std::invalid_argument for a code of another size, and where skips are missing.
  torch::Tensor forward(const torch::Tensor& z) override;
  torch::Tensor from_maps(const std::vector<torch::Tensor>& maps) override;
  void initialise(torch::Generator generator) override;
  std::vector<Layer> layers() override;
  void start_from(const torch::Tensor& output) override;

 private:
  ConvOptions options_;
  torch::nn::AnyModule activation_;
  torch::nn::Conv2d code_;
  std::vector<std::vector<ResidualBlock>> blocks_;  ///< Of each level, the code's first.
  std::vector<torch::nn::ConvTranspose2d> double_;
};

}  // namespace diabolo
