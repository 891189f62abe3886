#pragma once

#include <torch/types.h>

#include "models/options.hpp"

namespace diabolo {

enum class Loss {
  kMse,    ///< Mean squared error.
  kBce,    ///< Binary cross-entropy, computed from logits; for a sigmoid output alone.
  kHuber,  ///< Squared within 1 of the target, linear beyond (Huber 1964).
  kL1,     ///< Mean absolute error.
};
template <>
inline constexpr auto kEnumNames<Loss> =
    std::array{std::pair{Loss::kMse, "mse"}, std::pair{Loss::kBce, "bce"},
               std::pair{Loss::kHuber, "huber"}, std::pair{Loss::kL1, "l1"}};

/// Throws std::invalid_argument for cross-entropy without a sigmoid to give probabilities.
void require_loss_fits(Loss loss, Output output);

/// Mean over all values.
/// logits   [N, ...] float32 or bfloat16: what Autoencoder::decode_logits gave
/// target   [N, ...] float32, the clean samples
/// returns  [] float32
torch::Tensor loss_of(Loss loss, Output output, const torch::Tensor& logits,
                      const torch::Tensor& target);

}  // namespace diabolo
