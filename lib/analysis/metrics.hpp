#pragma once

#include <torch/types.h>

#include <optional>

namespace diabolo {

/// Side of SSIM's Gaussian window; smaller images have no SSIM.
inline constexpr int64_t kSsimWindow = 11;

/// Squared error of each sample, summed over its values.
/// rebuilt, clean  [N, ...] float32; returns [N] float64
/// filled  as Dataset::filled, or undefined: values that do not count
torch::Tensor squared_errors(const torch::Tensor& rebuilt, const torch::Tensor& clean,
                             const torch::Tensor& filled = {});

/// Peak signal-to-noise ratio of each sample in dB, 10 log10(1 / MSE), for values in [0, 1].
/// An exact sample, whose ratio is infinite, counts as 100 dB. Returns [N] float64.
torch::Tensor psnr(const torch::Tensor& rebuilt, const torch::Tensor& clean);

/// Structural similarity of each image (Wang et al. 2004): Gaussian window 11 x 11 with sigma 1.5,
/// K1 = 0.01, K2 = 0.03, values in [0, 1], averaged over the positions where the window lies
/// within the image, then over channels; as scikit-image's structural_similarity with
/// gaussian_weights=True, use_sample_covariance=False, data_range=1.
/// rebuilt, clean  [N, C, H, W] float32, H and W >= kSsimWindow; returns [N] float64
/// Throws std::invalid_argument for smaller images.
torch::Tensor ssim(const torch::Tensor& rebuilt, const torch::Tensor& clean);

/// Binary cross-entropy of each sample in nats, mean over its values; `rebuilt` is kept 1e-7 from
/// 0 and 1. With rebuilt = clean it is the floor: what a perfect reconstruction has.
/// Returns [N] float64.
torch::Tensor cross_entropies(const torch::Tensor& rebuilt, const torch::Tensor& clean);

/// Means over samples. What does not apply is left out.
struct Figures {
  double mse = 0;              ///< Per value.
  double squared_error = 0;    ///< Per sample.
  std::optional<double> psnr;  ///< Mean of the samples' ratios, dB; of images.
  std::optional<double> ssim;
  std::optional<double> bce;
  std::optional<double> bce_floor;
  std::optional<double> r2;  ///< Of tables: ColumnSums::r2().
};

/// Gathers Figures over batches. Cells of a table that were empty have no true value, so that they
/// count in none, and have no cross-entropy.
class FigureSum {
 public:
  /// with_bce: for reconstructions that stay within [0, 1].
  explicit FigureSum(bool with_bce) : with_bce_(with_bce) {}
  /// filled  as Dataset::filled, or undefined
  void add(const torch::Tensor& rebuilt, const torch::Tensor& clean,
           const torch::Tensor& filled = {});
  Figures mean() const;  ///< Needs one sample or more.

 private:
  bool with_bce_;
  bool images_ = false, with_ssim_ = false;
  double samples_ = 0, values_ = 0;
  double squared_ = 0, psnr_ = 0, ssim_ = 0, bce_ = 0, floor_ = 0;
};

}  // namespace diabolo
