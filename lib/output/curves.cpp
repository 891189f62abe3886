#include "lib/output/curves.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/formats/messages.hpp"
#include "lib/output/chart_page.hpp"
#include "lib/output/chart_text.hpp"
#include "lib/output/curve_axis.hpp"
#include "lib/output/gnuplot.hpp"
#include "lib/output/legend.hpp"

namespace diabolo {
namespace {

using gnuplot::number;

constexpr double kTop = 112;  // Of the axes; the title is above.
constexpr double kPlotHeight = 680;
constexpr double kAxisRoom = 92;
constexpr double kTicksRoom = 128;
constexpr double kWidestMarker = 420;
constexpr double kPointSize = 2;

void require(bool fits, const std::string& message) {
  if (!fits) throw std::invalid_argument("a chart of curves cannot be drawn: " + message);
}

void require_numbers(const std::vector<double>& values, bool positive, const std::string& what) {
  for (const double value : values) {
    require(std::isfinite(value), what + " has a number that is not finite");
    require(!positive || value > 0,
            what + " has " + number(value) + ", which a logarithmic axis cannot show");
  }
}

void require_curve(const Curve& curve, const CurvesChart& chart) {
  const std::string name = "curve " + formats::in_quotes(curve.name);
  require(!curve.x.empty() && curve.y.size() == curve.x.size(),
          name + " has " + std::to_string(curve.x.size()) + " x and " +
              std::to_string(curve.y.size()) + " y; they come in pairs, one or more");
  const bool bars = !curve.low.empty() || !curve.high.empty();
  require(!bars || (curve.low.size() == curve.x.size() && curve.high.size() == curve.x.size()),
          name + " needs both ends of an error bar for each point, or none");
  require_numbers(curve.x, chart.log_x, name + ": x");
  require_numbers(curve.y, chart.log_y, name + ": y");
  require_numbers(curve.low, false, name + ": low");
  require_numbers(curve.high, chart.log_y, name + ": high");
}

void require_fitting(const CurvesChart& chart) {
  require(!chart.curves.empty(), "there is no curve");
  for (const auto& curve : chart.curves) require_curve(curve, chart);
  if (chart.marker) require_numbers({chart.marker->x}, chart.log_x, "the marker");
}

CurveAxis x_axis(const CurvesChart& chart) {
  std::vector<double> values;
  for (const auto& curve : chart.curves) {
    values.insert(values.end(), curve.x.begin(), curve.x.end());
  }
  CurveAxis axis = make_curve_axis('x', chart.log_x, values, true);
  if (!chart.marker) return axis;
  values.push_back(chart.marker->x);
  axis.range = make_curve_axis('x', chart.log_x, values, true).range;
  return axis;
}

CurveAxis y_axis(const CurvesChart& chart) {
  std::vector<double> values;
  for (const auto& curve : chart.curves) {
    for (const auto* numbers : {&curve.y, &curve.low, &curve.high}) {
      std::ranges::copy_if(*numbers, std::back_inserter(values),
                           [&](double value) { return !chart.log_y || value > 0; });
    }
  }
  return make_curve_axis('y', chart.log_y, values, false);
}

/// Rows of x, y, and the ends of the error bar where there is one.
std::string datablock(const std::string& name, const Curve& curve, const AxisRange& y) {
  std::string rows = name + " << EOD\n";
  for (size_t i = 0; i < curve.x.size(); ++i) {
    rows += number(curve.x[i]) + " " + number(curve.y[i]);
    if (!curve.low.empty()) {
      rows += " " + number(std::max(curve.low[i], y.low)) + " " + number(curve.high[i]);
    }
    rows += "\n";
  }
  return rows + "EOD";
}

/// The three layers of a curve in gnuplot's plot command.
std::string layers(const std::string& block, const Curve& curve, size_t index) {
  const std::string colour = " linecolor rgb " + gnuplot::colour(theme::group_colour(index));
  const std::string using_points = block + " using 1:2 with ";
  std::string bars;
  if (!curve.low.empty()) {
    bars = block + " using 1:2:3:4 with yerrorbars linewidth 2 pointsize 0" + colour + ", ";
  }
  return bars + using_points + "lines linewidth 3.5" + colour + ", " + using_points +
         "points pointtype " + std::to_string(theme::group_shape(index)) + " pointsize " +
         number(kPointSize) + colour;
}

std::string add_curves(ChartPage& page, const std::vector<Curve>& curves, const AxisRange& y) {
  std::string command = "plot ";
  for (size_t i = 0; i < curves.size(); ++i) {
    const std::string block = "$curve" + std::to_string(i);
    page.command(datablock(block, curves[i], y));
    command += (i == 0 ? "" : ", ") + layers(block, curves[i], i);
  }
  return command;
}

void add_marker(ChartPage& page, const CurveMarker& marker, const CurveAxis& axis,
                const Box& area) {
  const std::string at = number(marker.x);
  page.command("set arrow from " + at + ",graph 0 to " + at +
               ",graph 1 nohead back dashtype (8,8) linewidth 2.5 linecolor rgb " +
               gnuplot::colour(theme::kQuiet));
  const double x = axis.place(marker.x, area.left, area.right);
  const std::string text = fitted(marker.text, theme::kTextPoints, kWidestMarker);
  const double half = text_width(text, theme::kTextPoints) / 2;
  page.text(std::clamp(x, area.left + half, area.right - half), area.top - theme::kGap, text,
            {.colour = theme::kQuiet, .align = Align::kCentre});
}

Legend make_legend(const std::vector<Curve>& curves) {
  std::vector<std::string> names;
  for (const auto& curve : curves) names.push_back(curve.name);
  const bool says_nothing = names.size() == 1 && names.front().empty();
  return Legend("", says_nothing ? std::vector<std::string>{} : names);
}

}  // namespace

void draw_curves(const CurvesChart& chart, const std::filesystem::path& png) {
  require_fitting(chart);
  const Box area = {theme::kMargin + kTicksRoom, kTop, theme::kPageWidth - theme::kMargin,
                    kTop + kPlotHeight};
  const Legend legend = make_legend(chart.curves);
  const double below = area.bottom + kAxisRoom;
  ChartPage page(below + legend.height() + theme::kMargin / 2);
  page.text(theme::kMargin, 44,
            fitted(chart.title, theme::kTitlePoints, theme::kPageWidth - 2 * theme::kMargin),
            {.points = theme::kTitlePoints, .bold = true});
  legend.draw(page, below);
  const CurveAxis x = x_axis(chart);
  const CurveAxis y = y_axis(chart);
  page.begin_plot(area);
  x.add_to(page, fitted(chart.x_name, theme::kTextPoints, area.width()), 12);
  y.add_to(page, fitted(chart.y_name, theme::kTextPoints, area.height()), 8);
  if (chart.marker) add_marker(page, *chart.marker, x, area);
  page.end_plot(add_curves(page, chart.curves, y.range));
  page.write(png);
}

}  // namespace diabolo
