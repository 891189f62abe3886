#include "lib/output/report_images.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cmath>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace diabolo {
namespace {

constexpr size_t kSmallPng =
    6'000;  // Bytes a side of kShownSide pixels; beyond it JPEG is smaller.
constexpr int64_t kThumbnailSide = 40;
constexpr int64_t kTried = 100;
constexpr int kJpegQuality = 80;

using Bytes = std::vector<uint8_t>;

Bytes encoded(const cv::Mat& image, const std::string& ending) {
  Bytes bytes;
  const std::vector<int> how = ending == ".jpg"
                                   ? std::vector<int>{cv::IMWRITE_JPEG_QUALITY, kJpegQuality}
                                   : std::vector<int>{cv::IMWRITE_PNG_COMPRESSION, 6};
  if (!cv::imencode(ending, image, bytes, how)) {
    throw std::runtime_error("OpenCV could not encode an image of the report");
  }
  return bytes;
}

std::string uri_of(const Bytes& bytes, const std::string& kind) {
  std::string base64(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), bytes.data(),
                                     static_cast<int>(bytes.size()));
  base64.resize(static_cast<size_t>(length));
  return "data:image/" + kind + ";base64," + base64;
}

/// [C, H, W] uint8 to an image of OpenCV, which has blue first.
cv::Mat mat_of(const torch::Tensor& image) {
  const auto pixels = image.permute({1, 2, 0}).contiguous();
  const cv::Mat view(static_cast<int>(pixels.size(0)), static_cast<int>(pixels.size(1)),
                     pixels.size(2) == 1 ? CV_8UC1 : CV_8UC3, pixels.data_ptr<uint8_t>());
  cv::Mat result;
  if (pixels.size(2) == 1) return view.clone();
  cv::cvtColor(view, result, cv::COLOR_RGB2BGR);
  return result;
}

/// No side longer than `side`, never larger.
cv::Size size_within(int64_t width, int64_t height, int64_t side) {
  const double scale =
      std::min(1.0, static_cast<double>(side) / static_cast<double>(std::max(width, height)));
  const auto scaled = [&](int64_t length) {
    return std::max(1, static_cast<int>(std::lround(scale * static_cast<double>(length))));
  };
  return {scaled(width), scaled(height)};
}

void shrink(cv::Mat& image, const cv::Size& size) {
  if (image.size() != size) cv::resize(image, image, size, 0, 0, cv::INTER_AREA);
}

struct Layout {
  int64_t columns;
  cv::Size cell;
};

cv::Mat drawn_sheet(const torch::Tensor& images, const Layout& layout) {
  const int64_t count = images.size(0);
  const int64_t rows = (count + layout.columns - 1) / layout.columns;
  const int kind = images.size(1) == 1 ? CV_8UC1 : CV_8UC3;
  cv::Mat sheet = cv::Mat::zeros(static_cast<int>(rows) * layout.cell.height,
                                 static_cast<int>(layout.columns) * layout.cell.width, kind);
  for (int64_t i = 0; i < count; ++i) {
    cv::Mat image = mat_of(images[i]);
    shrink(image, layout.cell);
    const cv::Point place(static_cast<int>(i % layout.columns) * layout.cell.width,
                          static_cast<int>(i / layout.columns) * layout.cell.height);
    image.copyTo(sheet(cv::Rect(place, layout.cell)));
  }
  return sheet;
}

}  // namespace

std::string image_uri(const torch::Tensor& image, int64_t side, int64_t images) {
  cv::Mat mat = mat_of(image.clamp(0, 1).mul(255).round().to(torch::kUInt8));
  const int64_t width = image.size(2) / images;
  const cv::Size one = size_within(width, image.size(1), side);
  if (one != cv::Size(static_cast<int>(width), static_cast<int>(image.size(1)))) {
    shrink(mat, {one.width * static_cast<int>(images), one.height});
  }
  const Bytes png = encoded(mat, ".png");
  if (png.size() <= kSmallPng * static_cast<size_t>(images)) return uri_of(png, "png");
  const Bytes jpeg = encoded(mat, ".jpg");
  return jpeg.size() < png.size() ? uri_of(jpeg, "jpeg") : uri_of(png, "png");
}

torch::Tensor strip_of(const torch::Tensor& images) {
  return images.permute({1, 2, 0, 3}).flatten(2);
}

Sheet sheet_of(const torch::Tensor& images) {
  const int64_t count = images.size(0);
  const auto columns = static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  for (int64_t side = kThumbnailSide;; side /= 2) {
    const Layout layout{columns, size_within(images.size(3), images.size(2), side)};
    for (const std::string kind : {"png", "jpeg"}) {
      const std::string ending = kind == "png" ? ".png" : ".jpg";
      // The first few tell whether all are worth the work.
      const auto few = images.narrow(0, 0, std::min(kTried, count));
      const size_t tried = encoded(drawn_sheet(few, layout), ending).size();
      const bool hopeless = tried * static_cast<size_t>(count / few.size(0)) > 2 * kSheetBytes;
      if (hopeless && side > 1) continue;
      const Bytes bytes = encoded(drawn_sheet(images, layout), ending);
      if (bytes.size() > kSheetBytes && side > 1) continue;
      return {uri_of(bytes, kind), columns, layout.cell.width, layout.cell.height};
    }
  }
}

}  // namespace diabolo
