#include "lib/data/image_io.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

#include "lib/formats/file.hpp"
#include "models/field.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPngSignature = "\x89PNG\r\n\x1a\n";
constexpr size_t kPngHeaderBytes = 24;  // Signature, IHDR's length and name, width, height.

/// The first bytes of a file; fewer when it is shorter.
std::string first_bytes(const fs::path& path, size_t count) {
  std::string bytes(count, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(count));
  bytes.resize(static_cast<size_t>(file.gcount()));
  return bytes;
}

int64_t big_endian(std::string_view bytes) {
  int64_t value = 0;
  for (const char byte : bytes) value = value * 256 + static_cast<unsigned char>(byte);
  return value;
}

/// Throws unless the file begins like a PNG whose stated size is within bounds.
void check_png_header(const fs::path& path) {
  if (!fs::exists(path)) {
    throw std::invalid_argument("cannot read '" + path.string() + "': no such file");
  }
  const std::string header = first_bytes(path, kPngHeaderBytes);
  if (!header.starts_with(kPngSignature)) {
    throw std::invalid_argument("cannot read '" + path.string() + "': not a PNG image");
  }
  if (header.size() < kPngHeaderBytes) {
    throw std::runtime_error("cannot read '" + path.string() + "': the PNG ends in its header");
  }
  const int64_t width = big_endian(std::string_view(header).substr(16, 4));
  const int64_t height = big_endian(std::string_view(header).substr(20, 4));
  if (height > 0 && width > kMaxPixels / height) {
    throw std::invalid_argument("'" + path.string() + "' is " + std::to_string(height) + " x " +
                                std::to_string(width) + " pixels; at most " +
                                std::to_string(kMaxPixels) + " are read");
  }
}

/// libpng would say so on stderr itself.
void check_png_end(const fs::path& path) {
  constexpr std::string_view kEnd("\0\0\0\0IEND\xAE\x42\x60\x82", 12);
  std::ifstream file(path, std::ios::binary);
  std::string last(kEnd.size(), '\0');
  file.seekg(-static_cast<std::streamoff>(kEnd.size()), std::ios::end);
  file.read(last.data(), static_cast<std::streamsize>(last.size()));
  if (last == kEnd) return;
  throw std::runtime_error("cannot read '" + path.string() +
                           "': the PNG is cut short, or has "
                           "something behind its end");
}

cv::Mat decode(const fs::path& path) {
  check_png_header(path);
  check_png_end(path);
  cv::Mat image = cv::imread(path.string(), cv::IMREAD_UNCHANGED);
  if (image.empty()) {
    throw std::runtime_error("cannot read '" + path.string() +
                             "': a damaged PNG that OpenCV cannot decode");
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
                              (size_differs ? "; give --size HEIGHTxWIDTH to resize them all"
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
  return first_bytes(path, kPngSignature.size()) == kPngSignature;
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

Dataset read_image_folder(const fs::path& folder, const std::optional<ImageSize>& size) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::string extension = entry.path().extension().string();
    std::ranges::transform(extension, extension.begin(),
                           [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (extension == ".png" && entry.is_regular_file()) files.push_back(entry.path());
  }
  if (files.empty()) {
    throw std::invalid_argument("'" + folder.string() + "' holds no .png images and no IDX files");
  }
  std::ranges::sort(files);
  Dataset dataset = read_images(files, size);
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
