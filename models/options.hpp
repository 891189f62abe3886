#pragma once

#include "models/field.hpp"

// Architectures as data. No LibTorch here: what only reads and writes options builds fast.

namespace diabolo {

struct DenseOptions;
struct ConvOptions;

enum class Architecture { kDense, kConv };
template <>
inline constexpr auto kEnumNames<Architecture> =
    std::array{std::pair{Architecture::kDense, "dense"}, std::pair{Architecture::kConv, "conv"}};

/// Between hidden layers; never on the code, where it would kill code units.
enum class Activation { kSilu, kRelu, kGelu, kElu, kLeakyRelu, kTanh };
template <>
inline constexpr auto kEnumNames<Activation> =
    std::array{std::pair{Activation::kSilu, "silu"},
               std::pair{Activation::kRelu, "relu"},
               std::pair{Activation::kGelu, "gelu"},
               std::pair{Activation::kElu, "elu"},
               std::pair{Activation::kLeakyRelu, "leaky-relu"},
               std::pair{Activation::kTanh, "tanh"}};

enum class CodeShape {
  kVector,  ///< One linear layer from the last feature map to `latent` numbers.
  kMap,     ///< The last feature map, mixed to `latent` channels: code [latent, h, w].
};
template <>
inline constexpr auto kEnumNames<CodeShape> =
    std::array{std::pair{CodeShape::kVector, "vector"}, std::pair{CodeShape::kMap, "map"}};

/// Normalisation within residual blocks.
enum class Norm {
  kNone,
  kGroup,  ///< Of groups of channels of one sample (Wu & He 2018): the same for any batch, and
           ///< without state, unlike batch normalisation.
};
template <>
inline constexpr auto kEnumNames<Norm> =
    std::array{std::pair{Norm::kNone, "none"}, std::pair{Norm::kGroup, "group"}};

/// What turns the decoder's last values into a sample.
enum class Output {
  kSigmoid,  ///< For values in [0, 1], as images are.
  kLinear,   ///< For values without bounds.
};
template <>
inline constexpr auto kEnumNames<Output> =
    std::array{std::pair{Output::kSigmoid, "sigmoid"}, std::pair{Output::kLinear, "linear"}};

enum class ModelPart { kEncoder, kDecoder, kAutoencoder };
template <>
inline constexpr auto kEnumNames<ModelPart> =
    std::array{std::pair{ModelPart::kEncoder, "encoder"}, std::pair{ModelPart::kDecoder, "decoder"},
               std::pair{ModelPart::kAutoencoder, "autoencoder"}};

inline constexpr Rule kBlocks{"0 to 100", [](double x) { return x >= 0 && x <= 100; }};

/// Rows of a table up to which the defaults hold back.
inline constexpr int64_t kFewRows = 512;
inline constexpr int64_t kVeryFewRows = 40;

/// All that is needed to build a network again.
struct AutoencoderOptions {
  Architecture arch = Architecture::kDense;
  std::vector<int64_t> hidden = {512, 256};
  std::vector<int64_t> channels = {32, 64};
  int64_t latent = 32;
  CodeShape code = CodeShape::kVector;
  Activation activation = Activation::kSilu;
  Output output = Output::kSigmoid;
  int64_t blocks = 0;
  Norm norm = Norm::kNone;
  bool skip = false;
  bool residual = false;
  bool variational = false;
  std::vector<int64_t> sample_shape = {1, 28, 28};  ///< Known from the data, so no field.

  /// For tables: narrower, a code of 2, and a linear output for values without bounds. The fewer
  /// rows, the smaller, since a network learns few by heart: hidden layers of 64 and 32, one of 32
  /// for up to kFewRows, none for fewer than kVeryFewRows, which is then a linear network.
  static AutoencoderOptions for_tables(int64_t rows);

  /// A code alone is enough to decode: neither skips nor the input itself go past it.
  bool decodes_alone() const { return !skip && !residual; }
  DenseOptions dense() const;
  ConvOptions conv() const;
  std::vector<int64_t> code_shape() const;  ///< [latent], or [latent, h, w] of a code map.
  bool is_linear() const;                   ///< No layer bends: its best is PCA.
  void validate() const;                    ///< Throws std::invalid_argument naming the field.

  template <typename Self, typename Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit("arch", "kind of network: dense or conv", self.arch, kAnyValue);
    visit("hidden", "widths of the dense layers, input side first", self.hidden, kWidth);
    visit("channels", "channels of the stride-2 convolutions (conv)", self.channels, kWidth);
    visit("latent", "numbers in a code, or channels of a code map", self.latent, kWidth);
    visit("code", "shape of the code: vector, or map (conv)", self.code, kAnyValue);
    visit("activation", "silu, relu, gelu, elu, leaky-relu or tanh; never on the code",
          self.activation, kAnyValue);
    visit("output", "sigmoid for values in [0, 1], or linear", self.output, kAnyValue);
    visit("blocks", "residual blocks behind each convolution (conv, map)", self.blocks, kBlocks);
    visit("norm", "in residual blocks: none or group", self.norm, kAnyValue);
    visit("skip",
          "carry the map of each level past the code to the decoder (conv, map); such a "
          "code squeezes nothing",
          self.skip, kAnyValue);
    visit("residual",
          "let the network tell the noise, and give the input less it (conv, map); "
          "output linear and loss mse unless given",
          self.residual, kAnyValue);
    visit("variational",
          "codes as normal distributions, drawn from in training and kept near the standard one "
          "by --beta; their means are the code, and sample makes new samples",
          self.variational, kAnyValue);
  }
};

}  // namespace diabolo
