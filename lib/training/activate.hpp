#pragma once

#include <torch/types.h>

#include "models/options.hpp"

namespace diabolo {

// Activations without autograd, into memory that is there already. Tensors are contiguous, on the
// CPU, of one size and type.

/// value = f(sum)
void activate(Activation activation, const torch::Tensor& sum, torch::Tensor& value);

/// gradient *= f'(sum), where value = f(sum)
void multiply_by_slope(Activation activation, const torch::Tensor& sum, const torch::Tensor& value,
                       torch::Tensor& gradient);

}  // namespace diabolo
