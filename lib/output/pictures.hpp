#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

namespace diabolo {

/// One row of a picture: as many images as every other row.
struct PictureRow {
  std::string title;                  ///< To the left of the row.
  torch::Tensor images;               ///< [N, C, H, W] float32, C = 1 or 3; clipped to [0, 1].
  std::vector<std::string> captions;  ///< Under each image; empty for none.
};

/// Rows under each other below a title, small images drawn several times larger so that a person
/// sees their pixels. Returns uint8 [3, height, width], for write_png.
/// Throws std::invalid_argument when rows differ in count or size.
torch::Tensor side_by_side(const std::string& title, const std::vector<PictureRow>& rows);

/// Images in reading order, `columns` a row; the same scale and title as side_by_side.
/// images  [N, C, H, W] float32, N >= 1; clipped to [0, 1]
torch::Tensor image_grid(const std::string& title, const torch::Tensor& images, int64_t columns);

/// Numbers as captions: "21.3 dB".
std::vector<std::string> captions_of(const torch::Tensor& numbers, int decimals,
                                     const std::string& unit);

}  // namespace diabolo
