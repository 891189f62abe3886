#pragma once

#include <torch/nn.h>

#include "models/field.hpp"

namespace diabolo {

/// Between hidden layers; never on the code, where it would kill code units.
enum class Activation { kSilu, kRelu, kGelu, kElu, kLeakyRelu, kTanh };

template <>
inline constexpr auto kEnumNames<Activation> = std::array{
    std::pair{Activation::kSilu, "silu"}, std::pair{Activation::kRelu, "relu"},
    std::pair{Activation::kGelu, "gelu"}, std::pair{Activation::kElu, "elu"},
    std::pair{Activation::kLeakyRelu, "leaky-relu"}, std::pair{Activation::kTanh, "tanh"}};

/// A parameterless module that applies `activation` to tensors of any shape.
torch::nn::AnyModule make_activation(Activation activation);

}  // namespace diabolo
