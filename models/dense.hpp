#pragma once

#include <torch/nn/modules/container/sequential.h>

#include "models/coder.hpp"
#include "models/options.hpp"

namespace diabolo {

/// Shape of a dense autoencoder. The decoder mirrors the encoder.
struct DenseOptions {
  std::vector<int64_t> sample_shape = {1, 28, 28};  ///< Of one sample; each > 0.
  std::vector<int64_t> hidden = {512, 256};  ///< Widths, input side first; each > 0; may be empty.
  int64_t latent = 32;                       ///< Length of a code, > 0.
  Activation activation = Activation::kSilu;
  bool variational = false;  ///< The encoder gives latent means, then as many log variances.

  int64_t input_size() const;  ///< Values per sample.
  void validate() const;       ///< Throws std::invalid_argument naming the field and the rule.
};

/// Linear layers with an activation between them; none on the code.
class DenseEncoder : public Encoder {
 public:
  explicit DenseEncoder(const DenseOptions& options);
  /// x        [N, ...] float32 with input_size() values a sample
  /// returns  [N, latent] float32, or [N, 2 latent] of a variational one
  /// Throws std::invalid_argument if a sample has another number of values.
  torch::Tensor forward(const torch::Tensor& x) override;
  void initialise(torch::Generator generator) override;
  std::vector<Layer> layers() override;
  void centre_on(const torch::Tensor& mean) override;

 private:
  DenseOptions options_;
  torch::nn::Sequential layers_;
};

/// The mirror of DenseEncoder; its last layer gives one value per value of the sample.
class DenseDecoder : public Decoder {
 public:
  explicit DenseDecoder(const DenseOptions& options);
  /// z        [N, latent] float32
  /// returns  [N, ...sample shape] float32
  /// Throws std::invalid_argument if a code has another length.
  torch::Tensor forward(const torch::Tensor& z) override;
  void initialise(torch::Generator generator) override;
  std::vector<Layer> layers() override;
  void start_from(const torch::Tensor& output) override;

 private:
  DenseOptions options_;
  torch::nn::Sequential layers_;
};

}  // namespace diabolo
