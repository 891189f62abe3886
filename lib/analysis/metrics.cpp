#include "lib/analysis/metrics.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <stdexcept>

namespace diabolo {
namespace {

constexpr double kLeastMse = 1e-10;  // 100 dB.
constexpr double kWindowSigma = 1.5;
constexpr double kC1 = 0.01 * 0.01;
constexpr double kC2 = 0.03 * 0.03;

torch::Tensor gaussian_window() {
  const auto offset = torch::arange(kSsimWindow, torch::kFloat32) - (kSsimWindow - 1) / 2;
  const auto weight = torch::exp(-offset.square() / (2 * kWindowSigma * kWindowSigma));
  return weight / weight.sum();
}

/// Means under the window at each position where it fits. images [M, H, W].
/// A matrix product with a banded matrix a side: several times faster here than convolutions of
/// one channel.
torch::Tensor band_matrix(int64_t length) {
  const auto window = gaussian_window();
  auto band = torch::zeros({length - kSsimWindow + 1, length});
  for (int64_t i = 0; i < band.size(0); ++i) band[i].narrow(0, i, kSsimWindow).copy_(window);
  return band;
}

}  // namespace

torch::Tensor squared_errors(const torch::Tensor& rebuilt, const torch::Tensor& clean,
                             const torch::Tensor& filled) {
  auto errors = rebuilt - clean;
  if (filled.defined()) errors.masked_fill_(filled, 0);
  return errors.flatten(1).square().sum(1, /*keepdim=*/false, torch::kFloat64);
}

torch::Tensor psnr(const torch::Tensor& rebuilt, const torch::Tensor& clean) {
  const auto values = static_cast<double>(clean[0].numel());
  const auto mse = squared_errors(rebuilt, clean).div(values).clamp_min(kLeastMse);
  return mse.log10().mul(-10.0);
}

torch::Tensor ssim(const torch::Tensor& rebuilt, const torch::Tensor& clean) {
  if (clean.size(2) < kSsimWindow || clean.size(3) < kSsimWindow) {
    throw std::invalid_argument("SSIM needs images of 11 x 11 or more");
  }
  const auto down = band_matrix(clean.size(2));
  const auto across = band_matrix(clean.size(3)).t();
  const auto blur = [&](const torch::Tensor& image) {
    return at::matmul(down, at::matmul(image, across));
  };
  // Less the window's centre of range, squares lose less to rounding in float32.
  const auto x = rebuilt - 0.5;
  const auto y = clean - 0.5;
  const auto mean_x = blur(x);
  const auto mean_y = blur(y);
  const auto variance_x = blur(x.square()) - mean_x.square();
  const auto variance_y = blur(y.square()) - mean_y.square();
  const auto covariance = blur(x * y) - mean_x * mean_y;
  const auto level_x = mean_x + 0.5;
  const auto level_y = mean_y + 0.5;
  const auto luminance =
      (2 * level_x * level_y + kC1) / (level_x.square() + level_y.square() + kC1);
  const auto structure = (2 * covariance + kC2) / (variance_x + variance_y + kC2);
  return (luminance * structure).flatten(1).mean(1, /*keepdim=*/false, torch::kFloat64);
}

torch::Tensor cross_entropies(const torch::Tensor& rebuilt, const torch::Tensor& clean) {
  constexpr double kMargin = 1e-7;
  const auto p = rebuilt.clamp(kMargin, 1 - kMargin);
  const auto entropy = -(clean * p.log() + (1 - clean) * at::log1p(-p));
  return entropy.flatten(1).mean(1, /*keepdim=*/false, torch::kFloat64);
}

void FigureSum::add(const torch::Tensor& given, const torch::Tensor& clean,
                    const torch::Tensor& filled) {
  const auto rebuilt = filled.defined() ? at::where(filled, clean, given) : given;
  const auto total = [](const torch::Tensor& each) { return each.sum().item<double>(); };
  samples_ += static_cast<double>(clean.size(0));
  values_ += static_cast<double>(clean.numel());
  if (filled.defined()) values_ -= filled.sum().item<double>();
  squared_ += total(squared_errors(rebuilt, clean));
  images_ = clean.dim() == 4;
  if (images_) psnr_ += total(psnr(rebuilt, clean));
  with_ssim_ = images_ && clean.size(2) >= kSsimWindow && clean.size(3) >= kSsimWindow;
  if (with_ssim_) ssim_ += total(ssim(rebuilt, clean));
  with_bce_ = with_bce_ && !filled.defined();
  if (!with_bce_) return;
  bce_ += total(cross_entropies(rebuilt, clean));
  floor_ += total(cross_entropies(clean, clean));
}

Figures FigureSum::mean() const {
  Figures figures{.mse = squared_ / std::max(values_, 1.0),
                  .squared_error = squared_ / samples_,
                  .psnr = {},
                  .ssim = {},
                  .bce = {},
                  .bce_floor = {},
                  .r2 = {}};
  if (images_) figures.psnr = psnr_ / samples_;
  if (with_ssim_) figures.ssim = ssim_ / samples_;
  if (with_bce_) figures.bce = bce_ / samples_;
  if (with_bce_) figures.bce_floor = floor_ / samples_;
  return figures;
}

}  // namespace diabolo
