#pragma once

#include <torch/types.h>

namespace diabolo {

/// The matrix products of dense layers in float32 on the CPU, on LibTorch's threads. Written by
/// hand, since MKL, OpenBLAS, BLIS and oneDNN are slower where multiplies_faster(). The tiles are
/// those of Goto & van de Geijn 2008, "Anatomy of High-Performance Matrix Multiplication".
///
/// All tensors are contiguous but for `a`, and results share no memory with what they are made of;
/// other strides or sizes, and inputs of no values, throw c10::Error.
/// Each value is summed in the order of k, and so is the same to the bit for any number of threads
/// and of other rows.

/// Whether the functions below work here: they need a processor with AVX2 and FMA.
bool can_multiply();

/// Whether they are faster than LibTorch's, as measured: on AMD's processors without AVX-512
/// (docs/performance.md).
bool multiplies_faster();

/// y [N, out] = x [N, in] weight^T + bias, of weight [out, in] and bias [out].
void multiply_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const torch::Tensor& y);

/// out [M, N] = a [M, K] b [K, N]. One of the strides of `a` is 1.
void multiply(const torch::Tensor& a, const torch::Tensor& b, const torch::Tensor& out);

}  // namespace diabolo
