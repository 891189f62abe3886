#include "lib/data/image_file.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <stdexcept>

#include "lib/data/image_io.hpp"
#include "lib/formats/file.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr int kJpegQuality = 95;

bool has_image_name(const fs::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  constexpr std::array kKnown = {".png", ".jpg", ".jpeg", ".pgm", ".ppm", ".pnm"};
  return std::ranges::find(kKnown, extension) != kKnown.end();
}

cv::Mat decode(const std::string& bytes, const formats::ImageHeader& header,
               const std::string& name) {
  const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8U, const_cast<char*>(bytes.data()));
  // Unchanged tells an alpha channel; a JPEG has none, but may be turned.
  const bool jpeg = header.format == formats::ImageFormat::kJpeg;
  cv::Mat image = cv::imdecode(
      encoded, jpeg ? cv::IMREAD_ANYCOLOR | cv::IMREAD_ANYDEPTH : cv::IMREAD_UNCHANGED);
  if (image.empty()) {
    throw std::runtime_error("cannot read '" + name + "': an image that OpenCV cannot decode");
  }
  if (image.channels() != 1 && image.channels() != 3) {
    throw std::invalid_argument("'" + name +
                                "' has an alpha channel; save it without transparency");
  }
  if (image.channels() == 3) cv::cvtColor(image, image, cv::COLOR_BGR2RGB);
  return image;
}

std::string ending_of(const ImageFile& image) {
  if (image.format == formats::ImageFormat::kPng) return ".png";
  if (image.format == formats::ImageFormat::kJpeg) return ".jpg";
  return image.pixels.size(0) == 1 ? ".pgm" : ".ppm";
}

}  // namespace

bool is_image_file(const fs::path& path) {
  if (!fs::is_regular_file(path)) return false;  // Not a pipe, which would be waited for.
  const std::string first = formats::InputFile(path).first_bytes(8);
  return first.empty() ? has_image_name(path) : formats::is_image(first);
}

std::vector<fs::path> image_files(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && has_image_name(entry.path())) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  if (!files.empty()) return files;
  throw std::invalid_argument("'" + folder.string() + "' holds no .png, .jpg, .pgm or .ppm file");
}

ImageFile read_image_file(const fs::path& path) {
  const std::string name = path.string();
  std::string bytes = formats::read_file(path, kMaxImageFileBytes);
  const auto header = formats::read_image_header(bytes, name);
  if (header.width < 1 || header.height < 1 || header.width > kMaxPixels / header.height) {
    throw std::invalid_argument("'" + name + "' is " + std::to_string(header.height) + " x " +
                                std::to_string(header.width) + " pixels; 1 to " +
                                std::to_string(kMaxPixels) + " are read");
  }
  cv::Mat image = decode(bytes, header, name);
  bytes = {};  // Large images need the room.
  ImageFile result{.pixels = torch::empty({image.channels(), image.rows, image.cols}),
                   .deep = image.depth() == CV_16U,
                   .format = header.format};
  std::vector<cv::Mat> planes;
  cv::split(image, planes);
  for (size_t c = 0; c < planes.size(); ++c) {
    auto plane = result.pixels[static_cast<int64_t>(c)];
    cv::Mat to(image.rows, image.cols, CV_32F, plane.data_ptr<float>());
    planes[c].convertTo(to, CV_32F, 1.0 / (result.deep ? 65535.0 : 255.0));
  }
  return result;
}

void resize_image(ImageFile& image, const ImageSize& size) {
  auto result = torch::empty({image.pixels.size(0), size.height, size.width});
  for (int64_t c = 0; c < result.size(0); ++c) {
    auto plane = image.pixels[c].contiguous();
    const cv::Mat from(static_cast<int>(plane.size(0)), static_cast<int>(plane.size(1)), CV_32F,
                       plane.data_ptr<float>());
    cv::Mat to(static_cast<int>(size.height), static_cast<int>(size.width), CV_32F,
               result[c].data_ptr<float>());
    cv::resize(from, to, to.size(), 0, 0, cv::INTER_AREA);
  }
  image.pixels = result;
}

void write_image_file(const fs::path& path, const ImageFile& image) {
  const auto pixels = image.pixels.contiguous();
  std::vector<cv::Mat> planes(static_cast<size_t>(pixels.size(0)));
  for (size_t c = 0; c < planes.size(); ++c) {
    auto plane = pixels[static_cast<int64_t>(c)];
    const cv::Mat from(static_cast<int>(plane.size(0)), static_cast<int>(plane.size(1)), CV_32F,
                       plane.data_ptr<float>());
    // Rounds to the nearest and stops at both ends.
    from.convertTo(planes[c], image.deep ? CV_16U : CV_8U, image.deep ? 65535.0 : 255.0);
  }
  if (planes.size() == 3) std::swap(planes[0], planes[2]);
  cv::Mat merged;
  cv::merge(planes, merged);
  std::vector<uint8_t> bytes;
  std::vector<int> how;
  if (image.format == formats::ImageFormat::kJpeg) how = {cv::IMWRITE_JPEG_QUALITY, kJpegQuality};
  if (!cv::imencode(ending_of(image), merged, bytes, how)) {
    throw std::runtime_error("cannot encode '" + path.string() + "'");
  }
  if (path.has_parent_path()) fs::create_directories(path.parent_path());
  formats::write_file_atomically(
      path, std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace diabolo
