#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace diabolo {

/// A line through points, with error bars if there are any. All numbers are finite, and positive
/// along an axis that is logarithmic.
struct Curve {
  std::string name;               ///< In the legend.
  std::vector<double> x, y;       ///< Of equal length, >= 1, in the order that the line runs.
  std::vector<double> low, high;  ///< Ends of error bars, one a point; or both empty. What is not
                                  ///< positive on a logarithmic axis reaches its lower end.
};

/// A vertical line that says what is there: "the knee".
struct CurveMarker {
  double x = 0;
  std::string text;
};

struct CurvesChart {
  std::string title;
  std::string x_name;
  std::string y_name;
  bool log_x = false;
  bool log_y = false;
  bool dots = true;           ///< A mark at each point of the lines.
  std::vector<Curve> curves;  ///< One or more.
  std::optional<CurveMarker> marker;
};

/// Draws curves with a legend below, 1600 pixels wide. Texts may hold any bytes.
/// Throws std::invalid_argument for curves that do not fit the above, before gnuplot is run; and
/// std::runtime_error when gnuplot is missing or fails: `png` is then what it was.
void draw_curves(const CurvesChart& chart, const std::filesystem::path& png);

/// Several charts below each other, one or more; the title of each stands above it.
void draw_curve_page(const std::string& title, const std::vector<CurvesChart>& charts,
                     const std::filesystem::path& png);

}  // namespace diabolo
