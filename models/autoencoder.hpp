#pragma once

#include "models/conv.hpp"
#include "models/dense.hpp"

namespace diabolo {

enum class Architecture { kDense, kConv };
template <>
inline constexpr auto kEnumNames<Architecture> =
    std::array{std::pair{Architecture::kDense, "dense"}, std::pair{Architecture::kConv, "conv"}};

/// What turns the decoder's last values into a sample.
enum class Output {
  kSigmoid,  ///< For values in [0, 1], as images are.
  kLinear,   ///< For values without bounds.
};
template <>
inline constexpr auto kEnumNames<Output> =
    std::array{std::pair{Output::kSigmoid, "sigmoid"}, std::pair{Output::kLinear, "linear"}};

/// An architecture as data: all that is needed to build the network again.
struct AutoencoderOptions {
  Architecture arch = Architecture::kDense;
  std::vector<int64_t> hidden = {512, 256};
  std::vector<int64_t> channels = {32, 64};
  int64_t latent = 32;
  CodeShape code = CodeShape::kVector;
  Activation activation = Activation::kSilu;
  Output output = Output::kSigmoid;
  std::vector<int64_t> sample_shape = {1, 28, 28};  ///< Known from the data, so no field.

  DenseOptions dense() const;
  ConvOptions conv() const;
  std::vector<int64_t> code_shape() const;  ///< [latent], or [latent, h, w] of a code map.
  void validate() const;                    ///< Throws std::invalid_argument naming the field.

  template <typename Self, typename Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit("arch", "kind of network: dense or conv", self.arch, kAnyValue);
    visit("hidden", "widths of the dense layers, input side first", self.hidden, kAtLeastOne);
    visit("channels", "channels of the stride-2 convolutions (conv)", self.channels, kAtLeastOne);
    visit("latent", "numbers in a code, or channels of a code map", self.latent, kAtLeastOne);
    visit("code", "shape of the code: vector, or map (conv)", self.code, kAnyValue);
    visit("activation", "silu, relu, gelu, elu, leaky-relu or tanh; never on the code",
          self.activation, kAnyValue);
    visit("output", "sigmoid for values in [0, 1], or linear", self.output, kAnyValue);
  }
};

/// Encoder and decoder of either architecture; the only place that chooses between them.
class AutoencoderImpl : public torch::nn::Module {
 public:
  explicit AutoencoderImpl(const AutoencoderOptions& options);

  const AutoencoderOptions& options() const { return options_; }

  /// x [N, ...sample_shape] float32 -> codes [N, ...code_shape] float32, unbounded.
  torch::Tensor encode(const torch::Tensor& x);
  /// Codes -> [N, ...sample_shape] before the output function: logits when that is a sigmoid.
  torch::Tensor decode_logits(const torch::Tensor& z);
  /// Codes -> samples [N, ...sample_shape] float32, in (0, 1) when the output is a sigmoid.
  torch::Tensor decode(const torch::Tensor& z);
  /// decode(encode(x)). All four throw std::invalid_argument on samples or codes of another size.
  torch::Tensor forward(const torch::Tensor& x);
  /// The output function alone: sigmoid or identity.
  torch::Tensor output_of(const torch::Tensor& logits) const;

  /// New weights from `seed`; then the first and last biases are set so that the network starts
  /// by answering every sample with `mean` [...sample_shape], the mean training sample.
  void initialise(uint64_t seed, const torch::Tensor& mean);

 private:
  AutoencoderOptions options_;
  std::shared_ptr<Encoder> encoder_;
  std::shared_ptr<Decoder> decoder_;
};
TORCH_MODULE(Autoencoder);

}  // namespace diabolo
