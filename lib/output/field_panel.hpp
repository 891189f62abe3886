#pragma once

#include <torch/types.h>

#include "lib/output/chart_page.hpp"

namespace diabolo {

enum class FieldColours {
  kShades,  ///< From dark to light, for what is 0 or more.
  kSigned,  ///< Blue below 0, white at 0, red above.
  kPixels,  ///< Grey or RGB, as a picture; in [0, 1].
};

/// Numbers on a grid of pixels.
struct Field {
  torch::Tensor values;  ///< [H, W]; or [C, H, W], of which all but kPixels draw the mean over C.
  AxisRange range{0, 1};
  FieldColours colours = FieldColours::kShades;
};

/// A range of which 0 is the middle, for kSigned, that holds all of `values`.
AxisRange signed_range(const torch::Tensor& values);

/// Where draw_field() draws it.
Box placed_field(const Field& field, const Box& room);

/// Draws it with square pixels, as large as `room` allows and in its middle; a field
/// of more cells along a side than `room` has pixels is averaged down. ChartPage::colour_bar()
/// before it gives it a scale.
void draw_field(ChartPage& page, const Field& field, const Box& room);

}  // namespace diabolo
