#pragma once

#include <torch/types.h>

#include <cstddef>
#include <string>

/// Images within a page, as data URIs of bounded size.
namespace diabolo {

inline constexpr int64_t kShownSide = 96;         ///< Pixels; larger images are shrunk to it.
inline constexpr size_t kSheetBytes = 1'500'000;  ///< Most bytes of a sheet's file.

/// A PNG where that is small, as of digits it is; else a JPEG. At most `side` pixels high and
/// `side` times `images` wide, or as `image` is where that is smaller.
/// image  [C, H, W] float32, C = 1 or 3; clipped to [0, 1]
std::string image_uri(const torch::Tensor& image, int64_t side = kShownSide, int64_t images = 1);

/// Images [n, C, H, W] float32 beside each other: [C, H, n * W].
torch::Tensor strip_of(const torch::Tensor& images);

/// Many small images in one.
struct Sheet {
  std::string uri;
  int64_t columns = 0;            ///< Images a row; image i is at (i % columns, i / columns).
  int64_t width = 0, height = 0;  ///< Of one image, in pixels of the sheet.
};

/// All images, as small as kSheetBytes asks for: the most that are drawn at their size.
/// images  [N, C, H, W] uint8, C = 1 or 3, N >= 1
Sheet sheet_of(const torch::Tensor& images);

}  // namespace diabolo
