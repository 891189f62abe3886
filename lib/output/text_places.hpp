#pragma once

#include <string>
#include <vector>

#include "lib/output/chart_page.hpp"

namespace diabolo {

struct Pixel {
  double x, y;
};

/// Where the end of a text that is nearest to its point lies, or its middle.
struct TextPlace {
  Pixel at;
  Align align;
};

/// Finds for each point a place for its name beside it: where it overlaps other names and points
/// least, right of the point if possible, and within `inside`. A greedy search in the given order.
/// radius: of a point, in pixels.
std::vector<TextPlace> place_texts(const std::vector<Pixel>& points,
                                   const std::vector<std::string>& names, double radius,
                                   const Box& inside);

}  // namespace diabolo
