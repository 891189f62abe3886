#pragma once

#include <torch/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace diabolo {

inline constexpr size_t kMostNamedPoints = 50;

/// One cloud of points in a picture.
struct ScatterPanel {
  std::string title;              ///< "autoencoder: MSE 0.41"; empty for none.
  std::vector<std::string> axes;  ///< Their names, 1 to 3.
  torch::Tensor points;           ///< [N, 1 … 3] float32, finite, a column an axis; N >= 1.
  /// Of two axes: a distance is drawn as long along both, unless the points would fill less than a
  /// quarter of one.
  bool equal_scale = false;
};

/// What the colours of points mean, in every panel: groups, values, or nothing.
struct PointColours {
  std::string name;                 ///< Above the legend: "label", or a column; empty for none.
  std::vector<std::string> groups;  ///< Names; empty when there are values or no colours.
  torch::Tensor group_of;           ///< [N] int64, each an index into `groups`.
  torch::Tensor values;             ///< [N] float32, finite: shades along a colour bar.
};

/// Draws panels side by side, with a legend below, 1600 pixels wide. One dimension becomes a strip,
/// or one strip a group; its second direction then means nothing, and only keeps points apart.
/// Clear up to about 10,000 points; draw a sample of more.
/// panels  one, or two with the same N
/// texts   [N] names drawn beside the points, N <= kMostNamedPoints; or empty. They and all other
///         texts may hold any bytes: they are drawn on one line, cut where room ends.
/// Throws std::invalid_argument for what does not fit that, before gnuplot is run; and
/// std::runtime_error when gnuplot is missing or fails: `png` is then what it was.
void draw_scatter(const std::string& title, const std::vector<ScatterPanel>& panels,
                  const PointColours& colours, const std::vector<std::string>& texts,
                  const std::filesystem::path& png);

}  // namespace diabolo
