#pragma once

#include <torch/types.h>

#include <functional>

#include "lib/formats/code_file.hpp"

namespace diabolo {

/// Codes that are to be stored in few bytes.
struct CodeSource {
  torch::Tensor codes;   ///< [N, K] float32, N > 0.
  torch::Tensor metric;  ///< [K, K] float64, as decoder_metric(); its scale does not matter.
  torch::Tensor labels;  ///< [N] int64 to be stored along, or undefined.
  std::string model;     ///< SHA-256 of the model file.
  /// Mean squared error per value of what codes [N, K] are decoded to.
  std::function<double(const torch::Tensor& codes)> mse;
};

/// Axes along which codes are rounded, so that an error of 1 in a unit costs the output the same
/// wherever it lies: equal steps are then the best use of bits, and units that vary less than a
/// step are not stored at all (reverse water-filling: Cover & Thomas, Elements of Information
/// Theory, 10.3).
struct UnitAxes {
  torch::Tensor centre;    ///< [K] float32: the mean code.
  torch::Tensor units;     ///< [N, U] float64: units = (codes - centre) to_units.
  torch::Tensor to_codes;  ///< [U, K] float64: codes = centre + units to_codes.
  bool diagonal = false;
};

/// The numbers of the code themselves, each stretched by what it does to the output. Needs no room
/// in a file.
UnitAxes plain_axes(const CodeSource& source);

/// Main axes of the codes as the output sees them (a Karhunen-Loeve transform in the metric of the
/// decoder): units that do not correlate, so that none is stored twice. Takes 2 bytes for each pair
/// of unit and number.
UnitAxes main_axes(const CodeSource& source);

struct Quantised {
  formats::CodeFile file;
  int64_t bytes = 0;  ///< Of the whole file.
  double mse = 0;     ///< Of what it is decoded to.
};

/// Rounds units to multiples of `step`. Throws std::logic_error for a step below least_step().
Quantised quantised(const CodeSource& source, const UnitAxes& axes, double step);

/// The MSE that quantised() would have, found without coding anything.
double quantised_mse(const CodeSource& source, const UnitAxes& axes, double step);

/// The finest step whose symbols fit in a table, and one at which nothing is left of any unit.
double least_step(const UnitAxes& axes);
double greatest_step(const UnitAxes& axes);

/// The codes of one block of a file. symbols [n, U] int32; returns [n, K] float32
torch::Tensor codes_of(const formats::CodeBasis& basis, const torch::Tensor& symbols);

}  // namespace diabolo
