#pragma once

#include "lib/analysis/compress.hpp"

namespace diabolo {

/// One way to store samples, at several errors.
struct RatePoint {
  double mse = 0;    ///< Per value.
  double bytes = 0;  ///< Per sample, of the file as a whole, without what decodes it.
};

/// PCA of up to so many components is tried; more than the network has, since it needs them.
inline constexpr int64_t kPcaComponents = 256;

struct RateCurve {
  std::vector<RatePoint> model, pca, jpeg, webp;  ///< Each ends where it reaches no further.
  std::optional<double> png;                      ///< Bytes a sample, exact.
};

/// The MSE that a curve is drawn at: from 1.03 times that of codes as they are to that of half of
/// the variance, evenly on a logarithmic scale.
std::vector<double> curve_errors(const CodeSource& source, int64_t count);

/// Files at those errors, where there are any.
std::vector<RatePoint> rate_curve(const CodeSource& source, const std::vector<double>& errors);

enum class Codec { kJpeg, kWebp };

/// The least that a codec of OpenCV takes for images, uint8 [N, C, H, W], at an MSE of `most_mse`
/// or less; none where its best quality does not reach it. Up to 2,000 of the images, beside each
/// other on one sheet, so that headers count but once.
std::optional<RatePoint> codec_point(const Dataset& images, Codec codec, double most_mse);

/// Bytes an image of the same sheet as PNG.
double png_bytes(const Dataset& images);

}  // namespace diabolo
