#pragma once

#include <torch/types.h>

// What one would clean images with instead of a network. Each takes and gives
//   images [N, C, H, W] float32 in [0, 1], C = 1 or 3, H and W from 1 on.

namespace diabolo {

/// Median of the 3 x 3 values around each; the border is repeated.
torch::Tensor median_filter(const torch::Tensor& images);

/// Gaussian of standard deviation `sigma` in pixels; 0 changes nothing.
torch::Tensor gaussian_filter(const torch::Tensor& images, double sigma);

/// OpenCV's non-local means (Buades et al. 2005) on 8 bits a value, with its defaults of windows,
/// 7 x 7 within 21 x 21.
/// strength  as large as the noise, in units of pixels that run from 0 to 1; > 0
torch::Tensor non_local_means(const torch::Tensor& images, double strength);

}  // namespace diabolo
