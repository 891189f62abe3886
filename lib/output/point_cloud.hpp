#pragma once

#include <torch/types.h>

#include <string>

#include "lib/output/chart_page.hpp"
#include "lib/output/scatter.hpp"

/// Points of a scatter picture in gnuplot's language.
namespace diabolo {

/// Pixels from the middle of each of `count` points to its edge: few points are large.
double point_radius(int64_t count);

/// Adds the points as data of the page's next plot, in front of each other as in `order`.
/// coordinates  [N, 2 or 3] float64, as they are drawn
/// order        [N] int64, a permutation; the last one is in front of all others
/// Returns the command that draws them, for ChartPage::end_plot().
std::string add_points(ChartPage& page, const torch::Tensor& coordinates,
                       const torch::Tensor& order, const PointColours& colours);

}  // namespace diabolo
