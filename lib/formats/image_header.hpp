#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// What an image file is, judged by its bytes before anything is decoded.
namespace diabolo::formats {

enum class ImageFormat { kPng, kJpeg, kPnm };

struct ImageHeader {
  ImageFormat format = ImageFormat::kPng;
  int64_t width = 0;
  int64_t height = 0;
};

/// True for the first bytes, two or more, of a PNG, a JPEG or a binary PGM or PPM.
bool is_image(std::string_view first_bytes);

/// Reads the header of a whole file, and checks that the file is whole as far as that can be told
/// without decoding, so that no decoder complains on stderr or makes up what is missing.
/// Throws std::invalid_argument for what is none of the three, or a kind of it that is not read
/// (CMYK, a PNM of another depth), std::runtime_error for a file that is empty or damaged.
ImageHeader read_image_header(std::string_view bytes, const std::string& name);

}  // namespace diabolo::formats
