#pragma once

#include <string>
#include <vector>

#include "lib/output/chart_page.hpp"
#include "lib/output/scatter.hpp"

/// The parts of draw_scatter() that draw one panel. Their arguments are known to be right.
namespace diabolo {

/// Whether a panel is drawn as one strip a group, whose names then stand beside the strips.
bool has_lanes(const ScatterPanel& panel, const PointColours& colours);

/// Pixels that the axes of a panel should be high.
double plot_height(const ScatterPanel& panel, const PointColours& colours);

/// Draws a panel whose axes and their texts fill `outer`, sideways.
/// top, bottom of `outer`: of the axes alone.
void draw_panel(ChartPage& page, const ScatterPanel& panel, const PointColours& colours,
                const std::vector<std::string>& texts, const Box& outer);

/// A range that holds all of [N] float64, and on either side `margin` times their extent; around a
/// single value, some room.
AxisRange range_of(const torch::Tensor& numbers, double margin);

}  // namespace diabolo
