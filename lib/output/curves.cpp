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

constexpr double kTitleY = 44;
constexpr double kTop = 112;  // Of the axes; the title is above.
constexpr double kPlotHeight = 680;
constexpr double kHeadingY = 104;    // Of several charts: of the first one's title,
constexpr double kHeadingRoom = 44;  // and from there to its axes.
constexpr double kSmallPlotHeight = 420;
constexpr double kBetweenCharts = 44;
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
std::string layers(const std::string& block, const Curve& curve, size_t index, bool dots) {
  const std::string colour = " linecolor rgb " + gnuplot::colour(theme::group_colour(index));
  const std::string using_points = block + " using 1:2 with ";
  std::string command;
  if (!curve.low.empty()) {
    command = block + " using 1:2:3:4 with yerrorbars linewidth 2 pointsize 0" + colour + ", ";
  }
  command += using_points + "lines linewidth 3.5" + colour;
  if (!dots) return command;
  return command + ", " + using_points + "points pointtype " +
         std::to_string(theme::group_shape(index)) + " pointsize " + number(kPointSize) + colour;
}

std::string add_curves(ChartPage& page, const CurvesChart& chart, const AxisRange& y) {
  std::string command = "plot ";
  for (size_t i = 0; i < chart.curves.size(); ++i) {
    const std::string block = "$curve" + std::to_string(i);
    page.command(datablock(block, chart.curves[i], y));
    command += (i == 0 ? "" : ", ") + layers(block, chart.curves[i], i, chart.dots);
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

/// All but the title, with the legend below the axes.
void draw_chart(ChartPage& page, const CurvesChart& chart, const Legend& legend, const Box& area) {
  legend.draw(page, area.bottom + kAxisRoom);
  const CurveAxis x = x_axis(chart);
  const CurveAxis y = y_axis(chart);
  page.begin_plot(area);
  x.add_to(page, fitted(chart.x_name, theme::kTextPoints, area.width()), 12);
  y.add_to(page, fitted(chart.y_name, theme::kTextPoints, area.height()), 8);
  if (chart.marker) add_marker(page, *chart.marker, x, area);
  page.end_plot(add_curves(page, chart, y.range));
}

Box plot_box(double top, double height) {
  return {theme::kMargin + kTicksRoom, top, theme::kPageWidth - theme::kMargin, top + height};
}

void draw_title(ChartPage& page, double y, const std::string& title, const TextStyle& style) {
  page.text(theme::kMargin, y, fitted(title, style.points, theme::kPageWidth - 2 * theme::kMargin),
            style);
}

constexpr TextStyle kTitleStyle{.points = theme::kTitlePoints, .bold = true};

}  // namespace

void draw_curves(const CurvesChart& chart, const std::filesystem::path& png) {
  require_fitting(chart);
  const Box area = plot_box(kTop, kPlotHeight);
  const Legend legend = make_legend(chart.curves);
  ChartPage page(area.bottom + kAxisRoom + legend.height() + theme::kMargin / 2);
  draw_title(page, kTitleY, chart.title, kTitleStyle);
  draw_chart(page, chart, legend, area);
  page.write(png);
}

void draw_curve_page(const std::string& title, const std::vector<CurvesChart>& charts,
                     const std::filesystem::path& png) {
  require(!charts.empty(), "there is no chart");
  std::vector<Legend> legends;
  std::vector<double> tops = {kHeadingY};
  for (const auto& chart : charts) {
    require_fitting(chart);
    legends.push_back(make_legend(chart.curves));
    tops.push_back(tops.back() + kHeadingRoom + kSmallPlotHeight + kAxisRoom +
                   legends.back().height() + kBetweenCharts);
  }
  ChartPage page(tops.back() - kBetweenCharts + theme::kMargin / 2);
  draw_title(page, kTitleY, title, kTitleStyle);
  for (size_t i = 0; i < charts.size(); ++i) {
    draw_title(page, tops[i], charts[i].title, {.points = theme::kHeadingPoints});
    draw_chart(page, charts[i], legends[i], plot_box(tops[i] + kHeadingRoom, kSmallPlotHeight));
  }
  page.write(png);
}

}  // namespace diabolo
