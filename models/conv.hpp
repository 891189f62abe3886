#pragma once

#include <torch/nn/modules/container/sequential.h>

#include "models/coder.hpp"
#include "models/options.hpp"

namespace diabolo {

/// Shape of a convolutional autoencoder. Each of `channels` is one 3x3 convolution of stride 2,
/// which halves height and width, rounding up; the decoder undoes each exactly, odd sizes too.
struct ConvOptions {
  std::vector<int64_t> sample_shape = {1, 28, 28};  ///< [C, H, W], each > 0.
  std::vector<int64_t> channels = {32, 64};         ///< Per convolution, input side first.
  int64_t latent = 32;  ///< Numbers in a vector code, or channels of a map; > 0.
  CodeShape code = CodeShape::kVector;
  Activation activation = Activation::kSilu;
  int64_t blocks = 0;        ///< Residual blocks behind each convolution of a map, >= 0.
  Norm norm = Norm::kNone;   ///< In those blocks.
  bool skip = false;         ///< The map of each level but the last also goes past the code.
  bool variational = false;  ///< As DenseOptions::variational.

  /// What the encoder gives in place of `latent`.
  int64_t encoder_latent() const { return variational ? 2 * latent : latent; }
  /// Built as MapEncoder and MapDecoder; a map without any of these is ConvEncoder's.
  bool has_levels() const { return blocks > 0 || skip; }
  /// [C, H, W] of the sample, then of each convolution's output.
  std::vector<std::vector<int64_t>> map_shapes() const;
  std::vector<int64_t> code_shape() const;  ///< [latent], or [latent, h, w].
  void validate() const;                    ///< Throws std::invalid_argument naming the field.
};

/// Convolutions with an activation behind each, then the linear code.
class ConvEncoder : public Encoder {
 public:
  explicit ConvEncoder(const ConvOptions& options);
  /// x        [N, C, H, W] float32
  /// returns  [N, latent] or [N, latent, h, w] float32
  /// Throws std::invalid_argument if a sample has another number of values.
  torch::Tensor forward(const torch::Tensor& x) override;
  void initialise(torch::Generator generator) override;
  std::vector<Layer> layers() override;
  void centre_on(const torch::Tensor& mean) override;

 private:
  ConvOptions options_;
  torch::nn::Sequential features_;
  torch::nn::AnyModule code_;
};

/// From the code back to the last feature map, then transposed convolutions.
class ConvDecoder : public Decoder {
 public:
  explicit ConvDecoder(const ConvOptions& options);
  /// z        [N, latent] or [N, latent, h, w] float32
  /// returns  [N, C, H, W] float32
  /// Throws std::invalid_argument if a code has another number of values.
  torch::Tensor forward(const torch::Tensor& z) override;
  void initialise(torch::Generator generator) override;
  std::vector<Layer> layers() override;
  void start_from(const torch::Tensor& output) override;

 private:
  ConvOptions options_;
  torch::nn::AnyModule code_;
  torch::nn::Sequential features_;
};

}  // namespace diabolo
