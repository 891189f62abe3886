#pragma once

#include <torch/types.h>

#include "lib/training/instructions.hpp"

namespace diabolo {

/// The squares that a convolution reads of large maps, each for one place of smaller ones, so that
/// the convolution is a matrix product ("im2col": Chellapilla, Puri & Simard 2006).
struct Windows {
  int64_t channels = 1, height = 1, width = 1;  ///< Of the large maps.
  int64_t rows = 1, columns = 1;                ///< Of the small ones.
  int64_t kernel = 1, stride = 1, padding = 0;

  int64_t pixels() const { return height * width; }
  int64_t places() const { return rows * columns; }
  int64_t values() const { return kernel * kernel * channels; }
};

// Tensors are contiguous, float32 or bfloat16; others throw c10::Error.

/// windows [N * places, kernel * kernel * channels] = what each sees of maps [N * pixels,
/// channels], zero outside of them.
void unfold(const torch::Tensor& maps, const Windows& shape, const torch::Tensor& windows);

/// maps = the sums of what the windows hold for each value, in float32, plus bias [channels] if it
/// is defined.
void fold(const torch::Tensor& windows, const Windows& shape, const torch::Tensor& bias,
          const torch::Tensor& maps, Instructions instructions = best_instructions());

}  // namespace diabolo
