#include "lib/data/image_io.hpp"

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

#include "lib/formats/file.hpp"
#include "lib/formats/png.hpp"
#include "models/field.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMaxSide = 1'000'000;  // libpng's own bound.

/// Throws unless the file begins like a PNG whose stated size is within bounds. Before the file is
/// read, let alone decoded.
void check_png_header(const fs::path& path) {
  const std::string first = formats::InputFile(path).first_bytes(24);
  if (!formats::is_png(first)) {
    throw std::invalid_argument("cannot read '" + path.string() + "': not a PNG image");
  }
  const auto [width, height] = formats::png_size(first, path.string());
  const bool fits =
      width <= kMaxSide && height <= kMaxSide && (height == 0 || width <= kMaxPixels / height);
  if (fits) return;
  throw std::invalid_argument("'" + path.string() + "' is " + std::to_string(height) + " x " +
                              std::to_string(width) + " pixels; at most " +
                              std::to_string(kMaxPixels) + " are read, and " +
                              std::to_string(kMaxSide) + " a side");
}

cv::Mat decode(const fs::path& path) {
  check_png_header(path);
  const std::string bytes = formats::read_file(path, kMaxImageFileBytes);
  formats::check_png_chunks(bytes, path.string());
  const std::vector<uint8_t> encoded(bytes.begin(), bytes.end());
  cv::Mat image = cv::imdecode(encoded, cv::IMREAD_UNCHANGED);
  if (image.empty()) {
    throw std::runtime_error("cannot read '" + path.string() +
                             "': a PNG that OpenCV cannot decode");
  }
  if (image.channels() != 1 && image.channels() != 3) {
    throw std::invalid_argument("'" + path.string() +
                                "' has an alpha channel; save it without transparency");
  }
  if (image.depth() == CV_16U) image.convertTo(image, CV_8U, 1.0 / 257.0);
  if (image.channels() == 3) cv::cvtColor(image, image, cv::COLOR_BGR2RGB);
  return image;
}

std::string describe(const cv::Mat& image) {
  return std::to_string(image.rows) + " x " + std::to_string(image.cols) +
         (image.channels() == 1 ? " grey" : " RGB");
}

/// [H, W, C] memory of OpenCV to [C, H, W].
torch::Tensor to_tensor(const cv::Mat& image) {
  const cv::Mat whole = image.isContinuous() ? image : image.clone();
  return torch::from_blob(whole.data, {whole.rows, whole.cols, whole.channels()}, torch::kUInt8)
      .permute({2, 0, 1})
      .contiguous();
}

void require_like_first(const cv::Mat& image, const fs::path& path, const cv::Mat& first,
                        const fs::path& first_path) {
  if (image.size() == first.size() && image.channels() == first.channels()) return;
  const bool size_differs = image.size() != first.size();
  throw std::invalid_argument("'" + path.string() + "' is " + describe(image) + ", but '" +
                              first_path.string() + "' is " + describe(first) +
                              (size_differs
                                   ? "; give --size HEIGHTxWIDTH to resize them all, or train on "
                                     "squares of them with --patch"
                                   : "; all must be grey, or all RGB"));
}

}  // namespace

ImageSize parse_image_size(const std::string& text) {
  const size_t x = text.find('x');
  ImageSize size;
  try {
    from_text(text.substr(0, x), size.height);
    size.width = size.height;
    if (x != std::string::npos) from_text(text.substr(x + 1), size.width);
  } catch (const std::invalid_argument&) {
    throw std::invalid_argument("'" + text + "' is not a size; write 28x28 (height x width)");
  }
  if (size.height < 1 || size.width < 1 || size.height > kMaxPixels / size.width) {
    throw std::invalid_argument("'" + text + "' is not a size from 1x1 to " +
                                std::to_string(kMaxPixels) + " pixels");
  }
  return size;
}

bool is_png(const fs::path& path) {
  // Not a pipe, which would be waited for.
  return fs::is_regular_file(path) && formats::is_png(formats::InputFile(path).first_bytes(8));
}

Dataset read_images(const std::vector<fs::path>& files, const std::optional<ImageSize>& size) {
  Dataset dataset;
  cv::Mat first;
  for (size_t i = 0; i < files.size(); ++i) {
    cv::Mat image = decode(files[i]);
    if (size) {
      const cv::Size wanted(static_cast<int>(size->width), static_cast<int>(size->height));
      cv::resize(image, image, wanted, 0, 0, cv::INTER_AREA);
    }
    if (i == 0) {
      first = image;
      dataset.samples = torch::empty(
          {static_cast<int64_t>(files.size()), image.channels(), image.rows, image.cols},
          torch::kUInt8);
    }
    require_like_first(image, files[i], first, files[0]);
    dataset.samples[static_cast<int64_t>(i)].copy_(to_tensor(image));
    dataset.sample_names.push_back(files[i].filename().string());
  }
  return dataset;
}

std::vector<fs::path> png_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::string extension = entry.path().extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (extension == ".png" && entry.is_regular_file()) files.push_back(entry.path());
  }
  if (files.empty()) {
    throw std::invalid_argument(
        "'" + folder.string() +
        "' holds no .png images and no IDX files; JPEG and PNM are for denoise, and for train "
        "--patch");
  }
  std::ranges::sort(files);
  return files;
}

Dataset read_image_folder(const fs::path& folder, const std::optional<ImageSize>& size) {
  Dataset dataset = read_images(png_files(folder), size);
  dataset.name = folder.string();
  return dataset;
}

void write_png(const fs::path& path, const torch::Tensor& image) {
  const auto rows = image.permute({1, 2, 0}).contiguous();
  const int type = rows.size(2) == 1 ? CV_8UC1 : CV_8UC3;
  cv::Mat mat(static_cast<int>(rows.size(0)), static_cast<int>(rows.size(1)), type,
              rows.data_ptr<uint8_t>());
  if (type == CV_8UC3) cv::cvtColor(mat, mat, cv::COLOR_RGB2BGR);
  std::vector<uint8_t> bytes;
  if (!cv::imencode(".png", mat, bytes)) {
    throw std::runtime_error("OpenCV could not encode '" + path.string() + "' as a PNG");
  }
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  formats::write_file_atomically(
      path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace diabolo
