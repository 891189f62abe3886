#pragma once

#include <torch/types.h>

#include <string>

namespace diabolo {

/// How many numbers of a code carry nothing of their own.
struct CodeUnits {
  int64_t units = 0;      ///< Numbers in a code.
  int64_t constant = 0;   ///< The same for every sample (a unit that died among them).
  int64_t duplicate = 0;  ///< A straight line of an earlier one: |correlation| above 0.999.

  /// Half of the code or more is of no use: worth another start.
  bool collapsed() const { return 2 * (constant + duplicate) >= units && constant + duplicate > 0; }
  bool operator==(const CodeUnits&) const = default;
};

/// Which numbers of a code are the same for every sample, but for rounding.
/// codes  [N, K], N >= 1; returns bool [K]
torch::Tensor constant_units(const torch::Tensor& codes);

/// codes  [N, K] float32, N >= 1, or of a code map [N, K, h, w], whose units are its channels
CodeUnits count_code_units(const torch::Tensor& codes);

/// "1 of 2 code units is constant", "2 of 8 code units are constant, 1 repeats another"; "" when
/// all are well.
std::string to_sentence(const CodeUnits& units);

}  // namespace diabolo
