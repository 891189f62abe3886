#pragma once

#include <torch/types.h>

#include <string>
#include <string_view>

namespace diabolo {

enum class SparsityKind {
  kNone,
  kKl,  ///< Each unit is to be active in a share `target` of the samples only (Ng 2011).
  kL1,  ///< Codes are to be small, most numbers next to 0.
};

/// What is added to the loss so that codes become sparse. Written none, l1:WEIGHT, kl:TARGET or
/// kl:TARGET:WEIGHT.
struct Sparsity {
  SparsityKind kind = SparsityKind::kNone;
  double target = 0;  ///< Of kl: in (0, 1).
  double weight = 0;  ///< >= 0.

  bool none() const { return kind == SparsityKind::kNone; }
  bool operator==(const Sparsity&) const = default;
};

inline constexpr double kKlWeight = 1e-3;  ///< Of kl:TARGET.

std::string to_text(const Sparsity& sparsity);
/// Throws std::invalid_argument saying what was found and what would be right.
void from_text(std::string_view text, Sparsity& sparsity);

/// With N samples and units j of their codes z:
///   l1  weight / N sum_nj |z_nj|
///   kl  weight sum_j t log(t / a_j) + (1 - t) log((1 - t) / (1 - a_j)),
///       t the target, a_j = 1/N sum_n sigmoid(z_nj), how active unit j is
/// codes [N, ...]; returns [] float32
torch::Tensor sparsity_penalty(const Sparsity& sparsity, const torch::Tensor& codes);

}  // namespace diabolo
