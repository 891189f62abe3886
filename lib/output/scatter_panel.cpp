#include "lib/output/scatter_panel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "lib/output/chart_text.hpp"
#include "lib/output/gnuplot.hpp"
#include "lib/output/point_cloud.hpp"
#include "lib/output/text_places.hpp"

namespace diabolo {
namespace {

constexpr double kPlotHeight = 640;
constexpr double kStripHeight = 260;
constexpr double kLaneHeight = 84;
constexpr double kLaneFill = 0.7;  // The part of a strip's height that points use.
constexpr double kTicksRoom = 128;
constexpr double kWidestLaneName = 300;
constexpr double kBetweenTicks = 36;  // Pixels from one number to the next, at least.
constexpr double kPixelsPerRow = 75;
constexpr double kTicksInSpace = 5;
constexpr double kMarginAround = 0.05;
constexpr double kMarginAroundNamed = 0.12;
constexpr double kTilt = 62;  // Degrees, as gnuplot's `set view` takes them.
constexpr double kTurn = 38;
constexpr double kWidestSpace = 1000;
constexpr double kLeftOfSpace = 96;  // For the numbers and the name of z.
constexpr double kBelowSpace = 64;   // Where other plots have the numbers of their axes.

torch::Tensor numbers_of(const torch::Tensor& tensor) {
  return tensor.to(torch::kCPU, torch::kFloat64).contiguous();
}

/// [N] -> [N, 2]: a row below the other a group, points spread within by the golden ratio.
torch::Tensor spread_codes(const torch::Tensor& codes, const torch::Tensor& lane_of) {
  const auto count = codes.size(0);
  auto y = (torch::arange(count, torch::kFloat64) / std::numbers::phi).frac().sub(0.5) * kLaneFill;
  if (lane_of.defined()) y = y - lane_of.to(torch::kCPU, torch::kFloat64);
  return torch::stack({codes.flatten(), y}, 1);
}

std::vector<Pixel> pixels_of(const torch::Tensor& coordinates, const AxisRange& x,
                             const AxisRange& y, const Box& area) {
  std::vector<Pixel> pixels;
  const auto at = coordinates.accessor<double, 2>();
  for (int64_t i = 0; i < coordinates.size(0); ++i) {
    pixels.push_back(
        {x.place(at[i][0], area.left, area.right), y.place(at[i][1], area.bottom, area.top)});
  }
  return pixels;
}

std::vector<std::string> fitted_names(const std::vector<std::string>& texts, const Box& area) {
  std::vector<std::string> names;
  for (const auto& text : texts) {
    names.push_back(fitted(text, theme::kTextPoints, area.width() / 2));
  }
  return names;
}

void name_points(ChartPage& page, const std::vector<Pixel>& pixels,
                 const std::vector<std::string>& texts, const Box& area) {
  if (texts.empty()) return;
  const auto names = fitted_names(texts, area);
  const auto places = place_texts(pixels, names, point_radius(std::ssize(texts)), area);
  for (size_t i = 0; i < names.size(); ++i) {
    page.text(places[i].at.x, places[i].at.y, names[i], {.align = places[i].align});
  }
}

std::string axis_name(const ScatterPanel& panel, size_t axis, double room) {
  return fitted(panel.axes[axis], theme::kTextPoints, room);
}

/// How many numbers fit below an axis, judged by the longest of those at its ends.
double most_ticks(const AxisRange& range, double width) {
  const double step = round_step(range, width / (2 * kBetweenTicks));
  double widest = 0;
  for (const double end : {std::ceil(range.low / step), std::floor(range.high / step)}) {
    // float, since 3 * 0.1 is 0.30000000000000004.
    const std::string text = gnuplot::number(static_cast<float>(end * step));
    widest = std::max(widest, text_width(text, theme::kTextPoints));
  }
  return width / std::max(widest + kBetweenTicks, 2 * kBetweenTicks);
}

double margin_of(const std::vector<std::string>& texts) {
  return texts.empty() ? kMarginAround : kMarginAroundNamed;
}

/// Widens one of the ranges; see ScatterPanel::equal_scale.
void make_equal(AxisRange& x, AxisRange& y, const Box& area) {
  constexpr double kMostWidened = 4;
  const double by_x = (x.high - x.low) / area.width();
  const double by_y = (y.high - y.low) / area.height();
  AxisRange& finer = by_x < by_y ? x : y;
  const double factor = std::max(by_x, by_y) / std::min(by_x, by_y);
  if (factor > kMostWidened) return;
  const double grown = (factor - 1) * (finer.high - finer.low) / 2;
  finer = {finer.low - grown, finer.high + grown};
}

void draw_flat(ChartPage& page, const ScatterPanel& panel, const PointColours& colours,
               const std::vector<std::string>& texts, const Box& area) {
  const auto points = numbers_of(panel.points);
  AxisRange x = range_of(points.select(1, 0), margin_of(texts));
  AxisRange y = range_of(points.select(1, 1), margin_of(texts));
  if (panel.equal_scale) make_equal(x, y, area);
  page.begin_plot(area);
  page.axis('x', x, axis_name(panel, 0, area.width()), most_ticks(x, area.width()));
  page.axis('y', y, axis_name(panel, 1, area.height()), area.height() / kPixelsPerRow);
  name_points(page, pixels_of(points, x, y, area), texts, area);
  page.end_plot(add_points(page, points, torch::arange(points.size(0)), colours));
}

void name_lanes(ChartPage& page, const PointColours& colours, const AxisRange& y, const Box& area) {
  const double right = area.left - theme::kGap;
  for (size_t group = 0; group < colours.groups.size(); ++group) {
    page.text(right, y.place(-static_cast<double>(group), area.bottom, area.top),
              fitted(colours.groups[group], theme::kTextPoints, kWidestLaneName),
              {.align = Align::kRight});
  }
  page.text(right, area.top - theme::kGap,
            fitted(colours.name, theme::kTextPoints, kWidestLaneName),
            {.colour = theme::kQuiet, .align = Align::kRight});
}

void draw_strip(ChartPage& page, const ScatterPanel& panel, const PointColours& colours,
                const std::vector<std::string>& texts, const Box& area) {
  const bool lanes = has_lanes(panel, colours);
  const auto points =
      spread_codes(numbers_of(panel.points), lanes ? colours.group_of : torch::Tensor());
  const AxisRange x = range_of(points.select(1, 0), margin_of(texts));
  const AxisRange y = {0.5 - (lanes ? static_cast<double>(colours.groups.size()) : 1.0), 0.5};
  page.begin_plot(area);
  page.axis('x', x, axis_name(panel, 0, area.width()), most_ticks(x, area.width()));
  page.axis('y', y, "", 1);
  page.command("unset ytics");
  if (lanes) name_lanes(page, colours, y, area);
  name_points(page, pixels_of(points, x, y, area), texts, area);
  page.end_plot(add_points(page, points, torch::arange(points.size(0)), colours));
}

/// Points as the eye sees them: [N] each, to the right and towards the eye, from 0 in the middle.
struct Seen {
  torch::Tensor right, near;
};
Seen seen_from_above(const torch::Tensor& points, const std::vector<AxisRange>& ranges) {
  constexpr double kDegree = std::numbers::pi / 180;
  const auto along = [&](int64_t axis) {
    const AxisRange& range = ranges[static_cast<size_t>(axis)];
    return (points.select(1, axis) - range.low) / (range.high - range.low) - 0.5;
  };
  const auto x = along(0);
  const auto y = along(1);
  const double sine = std::sin(kTurn * kDegree);
  const double cosine = std::cos(kTurn * kDegree);
  const auto near = (x * sine - y * cosine) * std::sin(kTilt * kDegree);
  return {.right = x * cosine + y * sine, .near = near + along(2) * std::cos(kTilt * kDegree)};
}

/// Names stand towards the middle, where there is room.
void name_points_in_space(ChartPage& page, const torch::Tensor& points, const Seen& seen,
                          const std::vector<std::string>& names) {
  for (int64_t i = 0; i < std::ssize(names); ++i) {
    const bool on_the_left = seen.right[i].item<double>() < 0;
    page.text_in_space(
        {points[i][0].item<double>(), points[i][1].item<double>(), points[i][2].item<double>()},
        names[static_cast<size_t>(i)], on_the_left ? Align::kLeft : Align::kRight);
  }
}

/// No wider than looks natural.
Box space_within(const Box& outer) {
  const double spare = std::max(outer.width() - kWidestSpace, 0.0) / 2;
  return {outer.left + spare + kLeftOfSpace, outer.top, outer.right - spare,
          outer.bottom + kBelowSpace};
}

void draw_space(ChartPage& page, const ScatterPanel& panel, const PointColours& colours,
                const std::vector<std::string>& texts, const Box& outer) {
  const auto points = numbers_of(panel.points);
  std::vector<AxisRange> ranges;
  page.begin_space(space_within(outer), kTilt, kTurn);
  for (size_t axis = 0; axis < 3; ++axis) {
    ranges.push_back(range_of(points.select(1, static_cast<int64_t>(axis)), margin_of(texts)));
    page.axis("xyz"[axis], ranges.back(), axis_name(panel, axis, kWidestSpace / 3), kTicksInSpace);
  }
  const Seen seen = seen_from_above(points, ranges);
  name_points_in_space(page, points, seen, fitted_names(texts, outer));
  const auto far_to_near = seen.near.argsort(/*stable=*/true, /*dim=*/0);
  page.end_plot(add_points(page, points, far_to_near, colours));
}

double room_on_the_left(const ScatterPanel& panel, const PointColours& colours) {
  if (panel.axes.size() == 3) return 0;
  if (panel.axes.size() == 2) return kTicksRoom;
  if (!has_lanes(panel, colours)) return 0;
  double widest = text_width(one_line(colours.name), theme::kTextPoints);
  for (const auto& name : colours.groups) {
    widest = std::max(widest, text_width(one_line(name), theme::kTextPoints));
  }
  return std::min(widest, kWidestLaneName) + theme::kGap;
}

}  // namespace

bool has_lanes(const ScatterPanel& panel, const PointColours& colours) {
  return panel.axes.size() == 1 && !colours.groups.empty() &&
         colours.groups.size() <= theme::kLongestLegend;
}

double plot_height(const ScatterPanel& panel, const PointColours& colours) {
  if (panel.axes.size() > 1) return kPlotHeight;
  if (!has_lanes(panel, colours)) return kStripHeight;
  return std::clamp(kLaneHeight * static_cast<double>(colours.groups.size()), kStripHeight,
                    1.2 * kPlotHeight);
}

AxisRange range_of(const torch::Tensor& numbers, double margin) {
  const double low = numbers.min().item<double>();
  const double high = numbers.max().item<double>();
  if (high > low) return {low - margin * (high - low), high + margin * (high - low)};
  const double around = std::max(std::abs(low), 1.0) / 2;
  return {low - around, high + around};
}

void draw_panel(ChartPage& page, const ScatterPanel& panel, const PointColours& colours,
                const std::vector<std::string>& texts, const Box& outer) {
  Box area = outer;
  area.left += room_on_the_left(panel, colours);
  page.text(area.left, area.top - 30, fitted(panel.title, theme::kHeadingPoints, area.width()),
            {.points = theme::kHeadingPoints});
  if (panel.axes.size() == 1) return draw_strip(page, panel, colours, texts, area);
  if (panel.axes.size() == 2) return draw_flat(page, panel, colours, texts, area);
  draw_space(page, panel, colours, texts, area);
}

}  // namespace diabolo
