#include "lib/analysis/rate_curve.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <stdexcept>

namespace diabolo {
namespace {

constexpr double kAboveFloor = 1.03;
constexpr double kCoarsest = 0.5;  // Of the error of the mean code.
constexpr int64_t kOnSheet = 2000;
constexpr int kWorst = 1, kBest = 100;  // Qualities.

/// uint8 [C, H, W] of all images beside each other, row after row, black where none is left.
torch::Tensor sheet_of(const torch::Tensor& images) {
  const int64_t count = images.size(0);
  const auto columns = static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  const int64_t rows = (count + columns - 1) / columns;
  auto shape = images.sizes().vec();
  shape[0] = rows * columns;
  auto all = torch::zeros(shape, torch::kUInt8);
  all.narrow(0, 0, count).copy_(images);
  return all.view({rows, columns, shape[1], shape[2], shape[3]})
      .permute({2, 0, 3, 1, 4})
      .reshape({shape[1], rows * shape[2], columns * shape[3]});
}

cv::Mat mat_of(const torch::Tensor& sheet) {
  auto rows = sheet.flip(0).permute({1, 2, 0}).contiguous();  // OpenCV has blue first.
  const int type = rows.size(2) == 1 ? CV_8UC1 : CV_8UC3;
  return cv::Mat(static_cast<int>(rows.size(0)), static_cast<int>(rows.size(1)), type,
                 rows.data_ptr())
      .clone();
}

std::vector<uint8_t> encoded(const cv::Mat& sheet, const std::string& ending,
                             const std::vector<int>& options) {
  std::vector<uint8_t> bytes;
  if (cv::imencode(ending, sheet, bytes, options)) return bytes;
  throw std::runtime_error("OpenCV cannot write " + ending.substr(1));
}

/// Mean squared error of pixels that run from 0 to 1; of the images alone, not of what fills up the
/// sheet, which all codecs store without error.
double sheet_mse(const cv::Mat& sheet, const std::vector<uint8_t>& bytes, double values) {
  const int how = sheet.channels() == 1 ? cv::IMREAD_GRAYSCALE : cv::IMREAD_COLOR;
  const cv::Mat decoded = cv::imdecode(bytes, how);
  const double distance = cv::norm(sheet, decoded, cv::NORM_L2) / 255;
  return distance * distance / values;
}

/// Images on a sheet, and how many values they have.
struct Sheet {
  explicit Sheet(const Dataset& images) {
    const auto some = images.samples.narrow(0, 0, std::min(kOnSheet, images.size()));
    count = static_cast<double>(some.size(0));
    values = static_cast<double>(some.numel());
    mat = mat_of(sheet_of(some));
  }
  cv::Mat mat;
  double count, values;
};

}  // namespace

std::vector<double> curve_errors(const CodeSource& source, int64_t count) {
  const double least = kAboveFloor * source.mse(source.codes);
  const auto mean = source.codes.mean(0, /*keepdim=*/true).expand_as(source.codes).contiguous();
  const double most = std::max(kCoarsest * source.mse(mean), least);
  std::vector<double> errors;
  for (int64_t i = 0; i < count; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(count - 1);
    errors.push_back(least * std::pow(most / least, share));
  }
  return errors;
}

std::vector<RatePoint> rate_curve(const CodeSource& source, const std::vector<double>& errors) {
  std::vector<RatePoint> points;
  const auto samples = static_cast<double>(source.codes.size(0));
  for (const double error : errors) {
    const auto found = compress_to_error(source, error);
    if (found) points.push_back({found->mse, static_cast<double>(found->bytes) / samples});
  }
  return points;
}

std::optional<RatePoint> codec_point(const Dataset& images, Codec codec, double most_mse) {
  const Sheet sheet(images);
  const bool jpeg = codec == Codec::kJpeg;
  const auto at = [&](int quality) -> RatePoint {
    const auto bytes = encoded(sheet.mat, jpeg ? ".jpg" : ".webp",
                               {jpeg ? cv::IMWRITE_JPEG_QUALITY : cv::IMWRITE_WEBP_QUALITY, quality,
                                cv::IMWRITE_JPEG_OPTIMIZE, 1});
    return {sheet_mse(sheet.mat, bytes, sheet.values),
            static_cast<double>(bytes.size()) / sheet.count};
  };
  int low = kWorst, high = kBest;
  RatePoint best = at(high);
  if (best.mse > most_mse) return {};
  while (low < high) {
    const int middle = (low + high) / 2;
    const RatePoint found = at(middle);
    if (found.mse <= most_mse) {
      high = middle;
      best = found;
    } else {
      low = middle + 1;
    }
  }
  return best;
}

double png_bytes(const Dataset& images) {
  const Sheet sheet(images);
  constexpr int kSmallest = 9;
  const auto bytes = encoded(sheet.mat, ".png", {cv::IMWRITE_PNG_COMPRESSION, kSmallest});
  return static_cast<double>(bytes.size()) / sheet.count;
}

}  // namespace diabolo
