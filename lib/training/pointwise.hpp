#pragma once

#include <torch/types.h>

#include "lib/training/instructions.hpp"
#include "lib/training/loss.hpp"

namespace diabolo {

/// What layers compute value by value on the CPU, on LibTorch's threads. Written by hand,
/// since LibTorch takes six passes over the values and three exponentials for cross-entropy and its
/// slope, where one pass and one exponential do (docs/performance.md).
///
/// All tensors are contiguous, of one size where nothing else is said, and float32 or all but the
/// target bfloat16, which is computed with as float32; others throw c10::Error. Results are the
/// same to the bit for any number of threads.

/// value = s(sum) = sum / (1 + exp -sum), the sigmoid linear unit (Elfwing et al. 2018).
void silu(const torch::Tensor& sum, const torch::Tensor& value,
          Instructions instructions = best_instructions());

/// gradient *= s'(sum)
void multiply_by_silu_slope(const torch::Tensor& sum, const torch::Tensor& gradient,
                            Instructions instructions = best_instructions());

/// value = max(sum, 0), and gradient *= 1 where sum > 0, else 0.
void relu(const torch::Tensor& sum, const torch::Tensor& value,
          Instructions instructions = best_instructions());
void multiply_by_relu_slope(const torch::Tensor& sum, const torch::Tensor& gradient,
                            Instructions instructions = best_instructions());

/// slopes = dL/dz, where L is the mean of the values' losses l(y, t), as loss_of() defines it, t
/// the target and y = z in cross-entropy and for a linear output, or y = sigmoid z. With e = y - t:
///   mse  e^2, 2 e      l1  |e|, sign e      huber  e^2/2 or |e| - 1/2, e cut to [-1, 1]
///   bce  log(1 + exp y) - t y, sigmoid y - t
/// Returns L. The slopes are multiplied by `weight`: a part of a batch has its share of the mean.
double loss_and_slopes(Loss loss, Output output, const torch::Tensor& logits,
                       const torch::Tensor& target, const torch::Tensor& slopes, double weight = 1,
                       Instructions instructions = best_instructions());

/// sums [D] = the sum over the rows of `values` [N, D].
void sum_columns(const torch::Tensor& values, const torch::Tensor& sums,
                 Instructions instructions = best_instructions());

}  // namespace diabolo
