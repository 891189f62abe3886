#pragma once

#include <torch/types.h>

#include "lib/training/instructions.hpp"

namespace diabolo {

/// The matrix products of layers on the CPU in float32 or bfloat16, on LibTorch's threads.
/// Written by hand, since MKL, OpenBLAS, BLIS and oneDNN are slower where multiplies_faster(). The
/// tiles are those of Goto & van de Geijn 2008, "Anatomy of High-Performance Matrix
/// Multiplication".
///
/// All tensors are of one of these types and contiguous but for `a`, and results share no memory
/// with what they are made of; other types, strides or sizes, and inputs of no values, throw
/// c10::Error, and instructions that no code is written for std::logic_error. Each value is summed
/// in float32 in the order of k, and so is the same to the bit for any number of threads and of
/// other rows.

/// Whether the functions below work here: in float32 they need a processor with AVX2 and FMA, and
/// use AVX-512 where there is; in bfloat16, AVX-512 BF16.
bool can_multiply(torch::ScalarType type);

/// Whether they are faster than LibTorch's, as measured: on AMD's processors (docs/performance.md).
bool multiplies_faster(torch::ScalarType type);

/// y [N, out] = x [N, in] weight^T + bias, of weight [out, in] and bias [out] if it is defined.
void multiply_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const torch::Tensor& y, Instructions instructions = best_instructions());

/// out [M, N] = a [M, K] b [K, N]. One of the strides of `a` is 1.
void multiply(const torch::Tensor& a, const torch::Tensor& b, const torch::Tensor& out,
              Instructions instructions = best_instructions());

}  // namespace diabolo
