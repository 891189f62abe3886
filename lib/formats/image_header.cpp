#include "lib/formats/image_header.hpp"

#include <charconv>
#include <optional>

#include "lib/formats/messages.hpp"
#include "lib/formats/png.hpp"

namespace diabolo::formats {
namespace {

constexpr std::string_view kJpegStart("\xff\xd8\xff", 3);
constexpr std::string_view kJpegEnd("\xff\xd9", 2);

bool is_jpeg(std::string_view bytes) { return bytes.starts_with(kJpegStart); }
bool is_pnm(std::string_view bytes) { return bytes.starts_with("P5") || bytes.starts_with("P6"); }

int64_t big_endian_16(std::string_view bytes, size_t at) {
  return int64_t{static_cast<uint8_t>(bytes[at])} << 8 | static_cast<uint8_t>(bytes[at + 1]);
}

/// SOF0 … SOF15 hold the size; C4, C8 and CC in between are other segments.
bool is_frame(uint8_t marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

ImageHeader read_jpeg(std::string_view bytes, const std::string& name) {
  constexpr size_t kFrameBytes = 8;  // Length, precision, height, width, components.
  size_t at = 2;
  while (at + 4 <= bytes.size() && static_cast<uint8_t>(bytes[at]) == 0xFF) {
    const auto marker = static_cast<uint8_t>(bytes[at + 1]);
    if (marker == 0xFF) {  // A byte of filling.
      ++at;
      continue;
    }
    const auto length = static_cast<size_t>(big_endian_16(bytes, at + 2));
    if (!is_frame(marker)) {
      at += 2 + length;
      continue;
    }
    if (length < kFrameBytes || at + 2 + length > bytes.size()) break;
    const int components = static_cast<uint8_t>(bytes[at + 9]);
    if (components != 1 && components != 3) {
      throw std::invalid_argument("'" + name + "' is a CMYK JPEG; save it as RGB or grey");
    }
    if (bytes.find(kJpegEnd, at) == std::string_view::npos) {
      throw damaged(name, "the JPEG is cut short");
    }
    return {.format = ImageFormat::kJpeg,
            .width = big_endian_16(bytes, at + 7),
            .height = big_endian_16(bytes, at + 5)};
  }
  throw damaged(name, "the JPEG has no frame");
}

/// The next number of a PNM header; blanks and comments before it are passed over.
std::optional<int64_t> next_number(std::string_view bytes, size_t& at) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  while (at < bytes.size() &&
         (kBlanks.find(bytes[at]) != std::string_view::npos || bytes[at] == '#')) {
    if (bytes[at] == '#') at = std::min(bytes.find('\n', at), bytes.size() - 1);
    ++at;
  }
  int64_t number = 0;
  const auto [end, error] = std::from_chars(bytes.data() + at, bytes.data() + bytes.size(), number);
  if (error != std::errc{} || number < 0) return {};
  at = static_cast<size_t>(end - bytes.data());
  return number;
}

ImageHeader read_pnm(std::string_view bytes, const std::string& name) {
  size_t at = 2;
  const auto width = next_number(bytes, at);
  const auto height = next_number(bytes, at);
  const auto most = next_number(bytes, at);
  if (!width || !height || !most) throw damaged(name, "the PNM ends within its header");
  if (*most != 255 && *most != 65535) {
    throw std::invalid_argument("'" + name + "' is a PNM whose white is " + std::to_string(*most) +
                                "; 255 and 65535 are read");
  }
  constexpr int64_t kMaxSide = int64_t{1} << 24;
  if (*width > kMaxSide || *height > kMaxSide)
    throw damaged(name, "the PNM states a size of no use");
  const int64_t values = *width * *height * (bytes[1] == '6' ? 3 : 1);
  const int64_t size = values * (*most == 255 ? 1 : 2);
  if (static_cast<int64_t>(bytes.size() - at) - 1 < size)
    throw damaged(name, "the PNM is cut short");
  return {.format = ImageFormat::kPnm, .width = *width, .height = *height};
}

}  // namespace

bool is_image(std::string_view first_bytes) {
  return is_png(first_bytes) || is_jpeg(first_bytes) || is_pnm(first_bytes);
}

ImageHeader read_image_header(std::string_view bytes, const std::string& name) {
  if (bytes.empty()) throw damaged(name, "it is empty");
  if (is_png(bytes)) {
    const auto [width, height] = png_size(bytes, name);
    check_png_chunks(bytes, name);
    return {.format = ImageFormat::kPng, .width = width, .height = height};
  }
  if (is_jpeg(bytes)) return read_jpeg(bytes, name);
  if (is_pnm(bytes)) return read_pnm(bytes, name);
  throw std::invalid_argument("cannot read '" + name + "': not a PNG, JPEG or binary PNM image");
}

}  // namespace diabolo::formats
