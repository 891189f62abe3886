#include "lib/output/point_cloud.hpp"

#include <algorithm>
#include <cmath>

#include "lib/output/gnuplot.hpp"

namespace diabolo {
namespace {

using gnuplot::number;

constexpr double kRadiusOfSizeOne = 5;  // Pixels, as pngcairo draws a disc.

/// Sizes and opacities are so that four points are seen well, and ten thousand too.
double point_size(int64_t count) {
  return std::clamp(3.6 * std::pow(static_cast<double>(count), -0.18), 0.6, 2.8);
}

double opacity(int64_t count) {
  return std::clamp(1.25 - 0.18 * std::log10(static_cast<double>(count)), 0.4, 1.0);
}

/// gnuplot's 0xAARRGGBB, whose AA is transparency.
int64_t translucent(uint32_t rgb, double opacity) {
  const auto transparency = static_cast<int64_t>(std::lround(255 * (1 - opacity)));
  return transparency << 24 | int64_t{rgb};
}

/// What stands behind the coordinates of a point: its value, or its shape and colour.
std::string look_of_point(const PointColours& colours, int64_t i, double opacity) {
  if (colours.values.defined()) return " " + number(colours.values[i].item<double>());
  size_t group = 0;
  if (!colours.groups.empty()) group = static_cast<size_t>(colours.group_of[i].item<int64_t>());
  return " " + std::to_string(theme::group_shape(group)) + " " +
         std::to_string(translucent(theme::group_colour(group), opacity));
}

std::string plot_command(int64_t dimensions, int64_t count, bool shaded) {
  std::string command = dimensions == 3 ? "splot $points using 1:2:3" : "plot $points using 1:2";
  const int64_t columns = dimensions + (shaded ? 1 : 2);
  for (int64_t column = dimensions + 1; column <= columns; ++column) {
    command += ":" + std::to_string(column);
  }
  command += " with points pointsize " + number(point_size(count));
  if (!shaded) return command + " pointtype variable linecolor rgb variable";
  return command + " pointtype " + std::to_string(theme::kDisc) + " linecolor palette";
}

}  // namespace

double point_radius(int64_t count) { return kRadiusOfSizeOne * point_size(count); }

std::string add_points(ChartPage& page, const torch::Tensor& coordinates,
                       const torch::Tensor& order, const PointColours& colours) {
  const double seen_through = opacity(coordinates.size(0));
  const auto at = coordinates.accessor<double, 2>();
  const auto next = order.accessor<int64_t, 1>();
  std::string rows = "$points << EOD";
  for (int64_t k = 0; k < order.size(0); ++k) {
    rows += "\n";
    for (int64_t d = 0; d < coordinates.size(1); ++d) rows += number(at[next[k]][d]) + " ";
    rows += look_of_point(colours, next[k], seen_through);
  }
  page.command(rows + "\nEOD");
  return plot_command(coordinates.size(1), coordinates.size(0), colours.values.defined());
}

}  // namespace diabolo
