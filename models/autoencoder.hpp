#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>

#include "models/options.hpp"

namespace diabolo {

class Encoder;
class Decoder;
struct Layer;

/// Normal distributions that a variational encoder gives, one for each number of a code.
struct CodeDistribution {
  torch::Tensor mean, log_variance;  ///< [N, ...code_shape] float32.
};

/// Encoder and decoder of either architecture; the only place that chooses between them.
class AutoencoderImpl : public torch::nn::Module {
 public:
  explicit AutoencoderImpl(const AutoencoderOptions& options);

  const AutoencoderOptions& options() const { return options_; }

  /// x [N, ...sample_shape] float32 -> codes [N, ...code_shape] float32, unbounded; the means of
  /// a variational network.
  torch::Tensor encode(const torch::Tensor& x);
  /// Of a variational network; else throws std::logic_error.
  CodeDistribution distribution(const torch::Tensor& x);
  /// Codes -> [N, ...sample_shape] before the output function: logits when that is a sigmoid.
  /// Throws std::invalid_argument unless options().decodes_alone(); so does decode().
  torch::Tensor decode_logits(const torch::Tensor& z);
  /// Codes -> samples [N, ...sample_shape] float32, in (0, 1) when the output is a sigmoid.
  torch::Tensor decode(const torch::Tensor& z);
  /// What forward() gives before the output function; decode_logits(encode(x)) where a code is all
  /// that the decoder reads. Of a variational network from the mean.
  torch::Tensor logits(const torch::Tensor& x);
  /// A sample through the whole network. All of these throw std::invalid_argument on samples or
  /// codes of another size.
  torch::Tensor forward(const torch::Tensor& x);
  /// The output function alone: sigmoid or identity.
  torch::Tensor output_of(const torch::Tensor& logits) const;

  /// What a part does, step by step, output function included; weights shared.
  std::vector<Layer> layers(ModelPart part);

  /// New weights from `seed`; then the first and last biases are set so that a dense network
  /// starts by answering the mean training sample `mean` [...sample_shape] with itself; a
  /// convolutional one, whose biases all positions share, with its mean value a channel.
  void initialise(uint64_t seed, const torch::Tensor& mean);

 private:
  void require_decodes_alone() const;

  AutoencoderOptions options_;
  std::shared_ptr<Encoder> encoder_;
  std::shared_ptr<Decoder> decoder_;
};
TORCH_MODULE(Autoencoder);

}  // namespace diabolo
