#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string_view>
#include <vector>

namespace diabolo {

/// Product of the dimensions: 784 for {1, 28, 28}.
int64_t values_in(const std::vector<int64_t>& shape);

/// "1 x 28 x 28"
std::string shape_text(const std::vector<int64_t>& shape);

/// Throws std::invalid_argument naming `field` unless each number is above 0.
void require_each_positive(std::string_view field, const std::vector<int64_t>& numbers);

/// Throws std::invalid_argument unless `batch` is [N, ...] with `values` values in each of N.
/// what: "sample" or "code", for the message.
void require_sample_values(std::string_view what, const torch::Tensor& batch, int64_t values);

}  // namespace diabolo
