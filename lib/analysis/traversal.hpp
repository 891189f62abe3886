#pragma once

#include <vector>

#include "lib/training/trained_model.hpp"

namespace diabolo {

/// How the variance of codes is spread over their units.
struct UnitVariances {
  torch::Tensor shares;       ///< [K] float64: of the variance of all units together.
  std::vector<int64_t> live;  ///< 0-based, those that vary most first.
  std::vector<int64_t> dead;  ///< Units that are constant, ascending.
};

/// codes  [N, K] float32, N >= 1
UnitVariances unit_variances(const torch::Tensor& codes);

/// The value below which `share` of the sorted values [n] lie, n >= 1.
double value_at(const torch::Tensor& sorted, double share);

/// What the decoder makes of codes that differ in one unit; the others are at their mean.
struct Traversal {
  int64_t unit = 0;            ///< 0-based.
  std::vector<double> values;  ///< Of that unit, ascending: 1st to 99th percentile.
  torch::Tensor decoded;       ///< [n, ...sample shape] float32.
};

/// codes  [N, K] float32, flat, as codes_of() gives them: they say where the unit lies
Traversal traverse(const TrainedModel& model, const torch::Tensor& codes, int64_t unit,
                   int64_t steps);

/// What the decoder makes of every pair of values of a code of two numbers.
struct CodeMap {
  std::vector<double> x, y;  ///< Of the first and of the second, ascending: percentiles 1 to 99.
  torch::Tensor decoded;     ///< [side, side, ...sample shape] float32; the first index is y's.
};

/// codes  [N, 2] float32
CodeMap code_map(const TrainedModel& model, const torch::Tensor& codes, int64_t side);

/// The values that change most on the way, at most `most` of them, the greatest change first.
/// decoded  [n, D]
std::vector<int64_t> most_moved(const torch::Tensor& decoded, int64_t most);

/// The way from one sample to another.
struct Interpolation {
  torch::Tensor decoded;  ///< [steps, ...sample shape] float32: a straight line between the codes.
  torch::Tensor mixed;    ///< The same between the samples themselves, for comparison.
};

/// from, to  [...sample shape] float32, as the network sees them
/// steps     2 or more, both ends among them
Interpolation interpolate(const TrainedModel& model, const torch::Tensor& from,
                          const torch::Tensor& to, int64_t steps);

}  // namespace diabolo
