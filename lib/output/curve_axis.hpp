#pragma once

#include <string>
#include <vector>

#include "lib/output/chart_page.hpp"

namespace diabolo {

/// One axis of a chart of curves, linear or logarithmic.
struct CurveAxis {
  char name = 'x';  ///< x or y.
  bool logarithmic = false;
  AxisRange range{0, 1};      ///< Of data, with a margin.
  std::vector<double> ticks;  ///< Empty: gnuplot finds round ones.

  /// Where `value` lies between `at_low` and `at_high`.
  double place(double value, double at_low, double at_high) const;

  /// The axis with its ticks, in gnuplot's language.
  void add_to(ChartPage& page, const std::string& title, double most_ticks) const;
};

/// An axis that holds all `values`, at least one; each > 0 if logarithmic.
/// Logarithmic ticks are the values themselves if `ticks_at_values` and they are few and clear of
/// each other, else 1, 2 and 5 times powers of ten, or these powers alone.
CurveAxis make_curve_axis(char name, bool logarithmic, std::vector<double> values,
                          bool ticks_at_values);

}  // namespace diabolo
