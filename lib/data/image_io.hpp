#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lib/data/dataset.hpp"
#include "lib/data/image_size.hpp"

namespace diabolo {

/// An image larger than this is refused before it is decoded: a PNG of 400 KB can unpack to 400 MB.
inline constexpr int64_t kMaxPixels = 100'000'000;
inline constexpr uint64_t kMaxImageFileBytes = uint64_t{1} << 30;  ///< Larger files are refused.

bool is_png(const std::filesystem::path& path);  ///< By its first bytes, not by its name.

/// PNG files as one data set: grey if each is grey, RGB if each is RGB; 16 bits become 8.
/// size: each image is resized to it; without it all must have the size of the first.
/// Throws std::invalid_argument naming the first file that is not a PNG, does not fit the others,
/// has an alpha channel or is beyond kMaxPixels; std::runtime_error for one that is damaged.
Dataset read_images(const std::vector<std::filesystem::path>& files,
                    const std::optional<ImageSize>& size = {});

/// Every *.png in a folder, in the order of their names; subfolders are not entered.
/// Throws std::invalid_argument when there is none.
std::vector<std::filesystem::path> png_files(const std::filesystem::path& folder);

/// read_images of every *.png in a folder as png_files() lists them.
Dataset read_image_folder(const std::filesystem::path& folder,
                          const std::optional<ImageSize>& size = {});

/// Writes a PNG through a temporary file and a rename, making the folder if need be.
/// image: uint8 [C, H, W], C = 1 or 3 (RGB). Throws std::runtime_error.
void write_png(const std::filesystem::path& path, const torch::Tensor& image);

}  // namespace diabolo
