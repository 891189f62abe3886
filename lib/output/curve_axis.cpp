#include "lib/output/curve_axis.hpp"

#include <algorithm>
#include <cmath>

#include "lib/output/gnuplot.hpp"

namespace diabolo {
namespace {

using gnuplot::number;

constexpr double kMarginAround = 0.05;
constexpr size_t kMostValueTicks = 12;
constexpr double kClearOfNextTick = 0.06;  // Of the length of the axis.
constexpr double kDecadesOfPowersAlone = 3;

AxisRange with_margin(double low, double high) {
  if (high > low) {
    return {low - kMarginAround * (high - low), high + kMarginAround * (high - low)};
  }
  const double around = std::max(std::abs(low), 1.0) / 2;
  return {low - around, high + around};
}

/// `values` are sorted, and each stands once.
bool are_clear(const std::vector<double>& values, const CurveAxis& axis) {
  if (values.size() > kMostValueTicks) return false;
  for (size_t i = 1; i < values.size(); ++i) {
    if (axis.place(values[i], 0, 1) - axis.place(values[i - 1], 0, 1) < kClearOfNextTick) {
      return false;
    }
  }
  return true;
}

std::vector<double> round_ticks(const AxisRange& range) {
  const double decades = std::log10(range.high / range.low);
  std::vector<double> steps = {1, 2, 5};
  if (decades > kDecadesOfPowersAlone) steps = {1};
  std::vector<double> ticks;
  const int last = static_cast<int>(std::ceil(std::log10(range.high)));
  for (int power = static_cast<int>(std::floor(std::log10(range.low))); power <= last; ++power) {
    for (const double step : steps) {
      // Read from text, so that 3 powers of ten below 5 is 0.005 and no neighbour of it.
      const double tick = std::stod(number(step) + "e" + std::to_string(power));
      if (tick >= range.low && tick <= range.high) ticks.push_back(tick);
    }
  }
  return ticks;
}

}  // namespace

double CurveAxis::place(double value, double at_low, double at_high) const {
  if (!logarithmic) return range.place(value, at_low, at_high);
  const AxisRange logarithms = {std::log10(range.low), std::log10(range.high)};
  return logarithms.place(std::log10(value), at_low, at_high);
}

void CurveAxis::add_to(ChartPage& page, const std::string& title, double most_ticks) const {
  if (logarithmic) page.command(std::string("set logscale ") + name);
  page.axis(name, range, title, most_ticks);
  if (!ticks.empty()) {
    std::string list;
    for (const double tick : ticks) {
      list += (list.empty() ? "" : ", ") + gnuplot::literal(number(tick)) + " " + number(tick);
    }
    page.command(std::string("set ") + name + "tics (" + list + ")");
  }
}

CurveAxis make_curve_axis(char name, bool logarithmic, std::vector<double> values,
                          bool ticks_at_values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
  CurveAxis axis{.name = name, .logarithmic = logarithmic, .range = {0, 1}, .ticks = {}};
  if (!logarithmic) {
    axis.range = with_margin(values.front(), values.back());
    return axis;
  }
  const AxisRange powers = with_margin(std::log10(values.front()), std::log10(values.back()));
  axis.range = {std::pow(10, powers.low), std::pow(10, powers.high)};
  const bool at_values = ticks_at_values && are_clear(values, axis);
  axis.ticks = at_values ? values : round_ticks(axis.range);
  return axis;
}

}  // namespace diabolo
