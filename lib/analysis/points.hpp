#pragma once

#include <torch/types.h>

#include <string>

namespace diabolo {

/// A table of points as float64 on the CPU, contiguous. points [N, K] of any real type.
/// Throws std::invalid_argument, naming `name`, unless there are two rows or more of one column or
/// more and every value is finite.
torch::Tensor checked_points(const torch::Tensor& points, const std::string& name);

/// One label a point as int64 on the CPU, contiguous. labels [N] of whole numbers.
/// Throws std::invalid_argument for another number of labels, or labels that are no whole numbers.
torch::Tensor checked_labels(const torch::Tensor& labels, int64_t points);

}  // namespace diabolo
