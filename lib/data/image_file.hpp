#pragma once

#include <torch/types.h>

#include <filesystem>
#include <vector>

#include "lib/data/image_size.hpp"
#include "lib/formats/image_header.hpp"

namespace diabolo {

/// One image as it lies in a file.
struct ImageFile {
  torch::Tensor pixels;  ///< [C, H, W] float32 in [0, 1], C = 1 (grey) or 3 (RGB).
  bool deep = false;     ///< 16 bits a value, else 8.
  formats::ImageFormat format = formats::ImageFormat::kPng;
};

/// True for a file whose first bytes are those of an image that read_image_file() takes, or whose
/// name says so where it is empty.
bool is_image_file(const std::filesystem::path& path);

/// Every file in a folder whose name ends as an image's, in the order of their names; subfolders
/// are not entered. Throws std::invalid_argument when there is none.
std::vector<std::filesystem::path> image_files(const std::filesystem::path& folder);

/// PNG, JPEG or PNM (PGM, PPM), turned as its EXIF says.
/// Throws std::invalid_argument for a file of another kind, with an alpha channel, in CMYK, or
/// beyond kMaxPixels; std::runtime_error for one that is empty or damaged.
ImageFile read_image_file(const std::filesystem::path& path);

/// Resizes it.
void resize_image(ImageFile& image, const ImageSize& size);

/// Writes `image` in its own format and depth, as write_png() does; JPEG at quality 95.
void write_image_file(const std::filesystem::path& path, const ImageFile& image);

}  // namespace diabolo
