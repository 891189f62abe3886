#include "lib/output/pictures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

namespace diabolo {
namespace {

constexpr int kCellTarget = 100;  // Pixels that a small image is enlarged to, about.
constexpr int kGap = 8;
constexpr int kMargin = 20;
constexpr int kTitleHeight = 48;
constexpr int kCaptionHeight = 22;
constexpr int kFont = cv::FONT_HERSHEY_DUPLEX;
constexpr double kTitleSize = 0.7;
constexpr double kTextSize = 0.5;
const cv::Scalar kPaper(255, 255, 255);
const cv::Scalar kInk(40, 40, 40);
const cv::Scalar kQuiet(105, 105, 105);

struct Layout {
  int columns, scale, cell_width, cell_height, gutter;
};

int text_width(const std::string& text, double size) {
  int baseline = 0;
  return cv::getTextSize(text, kFont, size, 1, &baseline).width;
}

/// size: shrunk where the text would be wider than `room`.
void draw_text(cv::Mat& canvas, const std::string& text, cv::Point left_baseline, double size,
               const cv::Scalar& colour, int room) {
  const int width = text_width(text, size);
  const double fitted = width > room ? size * room / width : size;
  cv::putText(canvas, text, left_baseline, kFont, fitted, colour, 1, cv::LINE_AA);
}

Layout make_layout(const std::vector<PictureRow>& rows) {
  const auto& images = rows.front().images;
  const auto height = static_cast<int>(images.size(2));
  const auto width = static_cast<int>(images.size(3));
  const int scale =
      std::max(1, static_cast<int>(std::lround(double{kCellTarget} / std::max(height, width))));
  int gutter = 0;
  for (const auto& row : rows) {
    if (!row.title.empty()) gutter = std::max(gutter, text_width(row.title, kTextSize));
  }
  return {.columns = static_cast<int>(images.size(0)),
          .scale = scale,
          .cell_width = width * scale,
          .cell_height = height * scale,
          .gutter = gutter > 0 ? gutter + 2 * kGap : 0};
}

int row_height(const PictureRow& row, const Layout& layout) {
  return layout.cell_height + kGap + (row.captions.empty() ? 0 : kCaptionHeight);
}

/// [C, H, W] in [0, 1] to an RGB image of OpenCV, enlarged without smoothing.
cv::Mat cell(const torch::Tensor& image, const Layout& layout) {
  const auto bytes = image.clamp(0, 1).mul(255).round().to(torch::kUInt8);
  const auto pixels = bytes.expand({3, -1, -1}).permute({1, 2, 0}).contiguous();
  const cv::Mat small(static_cast<int>(pixels.size(0)), static_cast<int>(pixels.size(1)), CV_8UC3,
                      pixels.data_ptr<uint8_t>());
  cv::Mat large;
  cv::resize(small, large, cv::Size(layout.cell_width, layout.cell_height), 0, 0,
             cv::INTER_NEAREST);
  return large;
}

void draw_row(cv::Mat& canvas, const PictureRow& row, const Layout& layout, int top) {
  draw_text(canvas, row.title, {kMargin, top + layout.cell_height / 2 + 5}, kTextSize, kInk,
            layout.gutter);
  for (int column = 0; column < layout.columns; ++column) {
    const int left = kMargin + layout.gutter + column * (layout.cell_width + kGap);
    const cv::Mat image = cell(row.images[column], layout);
    image.copyTo(canvas(cv::Rect(left, top, layout.cell_width, layout.cell_height)));
    if (row.captions.empty()) continue;
    const std::string& caption = row.captions[static_cast<size_t>(column)];
    const int indent = std::max(0, (layout.cell_width - text_width(caption, kTextSize)) / 2);
    draw_text(canvas, caption, {left + indent, top + layout.cell_height + 16}, kTextSize, kQuiet,
              layout.cell_width);
  }
}

void require_alike(const std::vector<PictureRow>& rows) {
  if (rows.empty() || rows.front().images.size(0) == 0) {
    throw std::invalid_argument("a picture needs one image or more");
  }
  for (const auto& row : rows) {
    const auto count = static_cast<size_t>(row.images.size(0));
    const bool captioned = row.captions.empty() || row.captions.size() == count;
    if (row.images.sizes() != rows.front().images.sizes() || !captioned) {
      throw std::invalid_argument("the rows of a picture differ in count or size");
    }
  }
}

}  // namespace

torch::Tensor side_by_side(const std::string& title, const std::vector<PictureRow>& rows) {
  require_alike(rows);
  const Layout layout = make_layout(rows);
  int height = kTitleHeight + kMargin;
  for (const auto& row : rows) height += row_height(row, layout);
  const int grid_width = layout.columns * (layout.cell_width + kGap) - kGap;
  const int width = 2 * kMargin + layout.gutter + grid_width;
  cv::Mat canvas(height, width, CV_8UC3, kPaper);
  draw_text(canvas, title, {kMargin, kTitleHeight - 16}, kTitleSize, kInk, width - 2 * kMargin);
  int top = kTitleHeight;
  for (const auto& row : rows) {
    draw_row(canvas, row, layout, top);
    top += row_height(row, layout);
  }
  return torch::from_blob(canvas.data, {height, width, 3}, torch::kUInt8)
      .permute({2, 0, 1})
      .contiguous();
}

torch::Tensor image_grid(const std::string& title, const torch::Tensor& images, int64_t columns) {
  const int64_t width = std::min(columns, images.size(0));
  std::vector<PictureRow> rows;
  for (int64_t begin = 0; begin < images.size(0); begin += width) {
    auto row = images.narrow(0, begin, std::min(width, images.size(0) - begin));
    if (row.size(0) < width) {  // The last row is filled up with paper.
      std::vector<int64_t> missing = row.sizes().vec();
      missing[0] = width - row.size(0);
      row = torch::cat({row, torch::ones(missing)});
    }
    rows.push_back({"", row, {}});
  }
  return side_by_side(title, rows);
}

std::vector<std::string> captions_of(const torch::Tensor& numbers, int decimals,
                                     const std::string& unit) {
  std::vector<std::string> captions;
  for (int64_t i = 0; i < numbers.size(0); ++i) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f%s", decimals, numbers[i].item<double>(),
                  unit.c_str());
    captions.emplace_back(text.data());
  }
  return captions;
}

}  // namespace diabolo
