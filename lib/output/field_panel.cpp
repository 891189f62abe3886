#include "lib/output/field_panel.hpp"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>

#include "lib/output/gnuplot.hpp"

namespace diabolo {
namespace {

using gnuplot::number;

/// Red and blue of ColorBrewer (Harrower and Brewer 2003), told apart by colour-blind eyes.
constexpr std::string_view kRedBlue =
    "0 '#2166ac', 1 '#67a9cf', 2 '#d1e5f0', 3 '#ffffff', 4 '#fddbc7', 5 '#ef8a62', 6 '#b2182b'";
constexpr std::string_view kGrey = "0 '#000000', 1 '#ffffff'";

std::string_view palette_of(FieldColours colours) {
  if (colours == FieldColours::kSigned) return kRedBlue;
  return colours == FieldColours::kShades ? theme::kViridis : kGrey;
}

/// [planes, h, w] float32, at most `most` along a side: three planes of RGB pixels, else one.
torch::Tensor planes_of(const Field& field, int64_t most) {
  auto planes = field.values.to(torch::kCPU, torch::kFloat32);
  if (planes.dim() == 2) planes = planes.unsqueeze(0);
  const bool colour = field.colours == FieldColours::kPixels && planes.size(0) == 3;
  if (!colour) planes = planes.mean(0, /*keepdim=*/true);
  const int64_t longest = std::max(planes.size(1), planes.size(2));
  if (longest > most) {
    const auto side = [&](int64_t size) { return std::max<int64_t>(1, size * most / longest); };
    planes = at::adaptive_avg_pool2d(planes, {side(planes.size(1)), side(planes.size(2))});
  }
  // gnuplot draws no image of a single row or column.
  for (const int64_t dimension : {1, 2}) {
    if (planes.size(dimension) == 1) planes = planes.repeat_interleave(2, dimension);
  }
  return planes.contiguous();
}

/// The largest rectangle of `width` to `height` in the middle of `room`.
Box fitted_box(const Box& room, double width, double height) {
  const double scale = std::min(room.width() / width, room.height() / height);
  const double left = (room.left + room.right - width * scale) / 2;
  const double top = (room.top + room.bottom - height * scale) / 2;
  return {left, top, left + width * scale, top + height * scale};
}

/// A line a pixel: column, row, and its value, or red, green and blue from 0 to 255.
std::string rows_of(const torch::Tensor& planes) {
  const auto at = planes.accessor<float, 3>();
  const bool colour = planes.size(0) == 3;
  std::string rows;
  for (int64_t row = 0; row < planes.size(1); ++row) {
    for (int64_t column = 0; column < planes.size(2); ++column) {
      rows += std::to_string(column) + " " + std::to_string(row);
      for (int64_t plane = 0; plane < planes.size(0); ++plane) {
        const float value = at[plane][row][column];
        rows += " " + number(colour ? std::clamp(value, 0.0F, 1.0F) * 255 : value);
      }
      rows += "\n";
    }
  }
  return rows;
}

}  // namespace

AxisRange signed_range(const torch::Tensor& values) {
  const double most = std::max(values.abs().max().item<double>(), 1e-12);
  return {-most, most};
}

Box placed_field(const Field& field, const Box& room) {
  return fitted_box(room, static_cast<double>(field.values.size(-1)),
                    static_cast<double>(field.values.size(-2)));
}

void draw_field(ChartPage& page, const Field& field, const Box& room) {
  const Box area = placed_field(field, room);
  const auto planes = planes_of(field, std::llround(std::max(area.width(), area.height())));
  const auto width = static_cast<double>(planes.size(2));
  const auto height = static_cast<double>(planes.size(1));
  page.begin_plot(area);
  page.command("unset xtics\nunset ytics\nunset xlabel\nunset ylabel\nunset grid");
  page.command("set border 15 linewidth 1.5 linecolor rgb " + gnuplot::colour(theme::kFrame));
  page.command("set palette defined (" + std::string(palette_of(field.colours)) + ")");
  page.command("set cbrange [" + number(field.range.low) + ":" + number(field.range.high) + "]");
  page.command("set xrange [-0.5:" + number(width - 0.5) + "]");
  page.command("set yrange [" + number(height - 0.5) + ":-0.5]");
  page.command("$field << EOD\n" + rows_of(planes) + "EOD");
  page.end_plot(planes.size(0) == 3 ? "plot $field using 1:2:3:4:5 with rgbimage"
                                    : "plot $field using 1:2:3 with image");
}

}  // namespace diabolo
