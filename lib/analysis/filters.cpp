#include "lib/analysis/filters.hpp"

#include <torch/utils.h>

#include <functional>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <opencv2/photo.hpp>

namespace diabolo {
namespace {

using Filter = std::function<cv::Mat(const cv::Mat&)>;

/// `filter` on each image as OpenCV has it: [H, W] with C values a pixel.
/// depth: CV_32F, values in [0, 1], or CV_8U, in 0 … 255.
torch::Tensor filtered(const torch::Tensor& images, int depth, const Filter& filter) {
  const torch::NoGradGuard no_grad;
  const double scale = depth == CV_8U ? 255.0 : 1.0;
  const auto channels = static_cast<int>(images.size(1));
  const auto pixels = images.permute({0, 2, 3, 1}).contiguous();
  auto result = torch::empty_like(pixels);
  for (int64_t i = 0; i < images.size(0); ++i) {
    const auto height = static_cast<int>(images.size(2));
    const auto width = static_cast<int>(images.size(3));
    const cv::Mat from(height, width, CV_32FC(channels), pixels[i].data_ptr<float>());
    cv::Mat converted;
    from.convertTo(converted, depth, scale);
    cv::Mat to(height, width, CV_32FC(channels), result[i].data_ptr<float>());
    filter(converted).convertTo(to, CV_32F, 1.0 / scale);
  }
  return result.permute({0, 3, 1, 2}).contiguous();
}

}  // namespace

torch::Tensor median_filter(const torch::Tensor& images) {
  return filtered(images, CV_32F, [](const cv::Mat& image) {
    cv::Mat result;
    cv::medianBlur(image, result, /*ksize=*/3);
    return result;
  });
}

torch::Tensor gaussian_filter(const torch::Tensor& images, double sigma) {
  if (sigma <= 0) return images.clone();
  return filtered(images, CV_32F, [&](const cv::Mat& image) {
    cv::Mat result;
    cv::GaussianBlur(image, result, cv::Size(0, 0), sigma, sigma, cv::BORDER_REFLECT_101);
    return result;
  });
}

torch::Tensor non_local_means(const torch::Tensor& images, double strength) {
  return filtered(images, CV_8U, [&](const cv::Mat& image) {
    cv::Mat result;
    cv::fastNlMeansDenoising(image, result, static_cast<float>(255 * strength));
    return result;
  });
}

}  // namespace diabolo
