#pragma once

#include <vector>

#include "lib/training/trained_model.hpp"

namespace diabolo {

/// A band of pixels around the edge of an image, and what part of all it carries.
struct Ring {
  int64_t first = 0, last = 0;         ///< Pixels from the edge, 1-based, both included.
  double pixels = 0;                   ///< Share of all pixels, 0 to 1.
  double gradient = 0, occlusion = 0;  ///< Shares of the importance, 0 to 1.
};

/// What one number of the code draws.
struct UnitDrawing {
  int64_t unit = 0;        ///< 0-based.
  double share = 0;        ///< Of the variance of all units, 0 to 1.
  torch::Tensor contrast;  ///< [C, H, W]: half of what changes from one standard deviation of the
                           ///< unit below its mean to one above; the others are at their mean.
};

/// Which pixels the code depends on, and what its numbers draw.
struct ImageExplanation {
  int64_t samples = 0;           ///< That gradients were averaged over.
  int64_t occluded_samples = 0;  ///< That were occluded.
  int64_t patch = 0;             ///< Side of what was covered, in pixels; odd.
  torch::Tensor mean;            ///< [C, H, W] float32, of those samples.

  /// Derivative-based global sensitivity (Sobol' & Kucherenko 2009): of each pixel its variance
  /// times the squared gradient of the code by it, averaged over samples, summed over code units
  /// and channels. [H, W] float64, the share of each pixel: sums to 1.
  torch::Tensor gradient;
  /// Occlusion (Zeiler & Fergus 2014): how far the code moves, squared, when a patch around the
  /// pixel shows the mean image. [H, W] float64, sums to 1.
  torch::Tensor occlusion;

  std::vector<Ring> rings;   ///< From the edge to the middle; they hold every pixel once.
  double half_gradient = 0;  ///< The least share of pixels that carries half of `gradient`.
  /// Those that vary most, in that order; none where a code alone cannot be decoded.
  std::vector<UnitDrawing> units;
  int64_t units_in_all = 0, dead_units = 0;
  torch::Tensor first_weights;   ///< The strongest of the first layer: [n, C, H, W] of a dense
                                 ///< one, each times its pixel's standard deviation; kernels
                                 ///< [n, C, k, k] of a convolution.
  int64_t first_layer_size = 0;  ///< Units, or kernels, of the first layer in all.
};

/// Up to 1,000 images of `dataset` are drawn by a fixed seed; up to 200 of them are occluded; fewer
/// of large ones.
/// most_units  drawings of units and of weights, at most, each
/// Throws std::invalid_argument if the data have another shape than the model's, and
/// std::runtime_error when the code is the same for every image.
ImageExplanation explain_images(const TrainedModel& model, const Dataset& dataset,
                                int64_t most_units);

/// Bands of `width` pixels; the last may be narrower. Shares are sums of [H, W] float64.
std::vector<Ring> rings_of(const torch::Tensor& gradient, const torch::Tensor& occlusion,
                           int64_t width);

}  // namespace diabolo
