#pragma once

#include <string>
#include <vector>

#include "lib/output/chart_page.hpp"

namespace diabolo {

/// What the colours of a chart mean: marks with names, below the plots, in as many columns as fit.
class Legend {
 public:
  /// entries: at most theme::kLongestLegend names; more become a note that says how many they are.
  Legend(std::string title, const std::vector<std::string>& entries);

  double height() const;  ///< In pixels; 0 if there is nothing to say.
  void draw(ChartPage& page, double top) const;

 private:
  size_t rows() const;

  std::string title_;
  std::vector<std::string> entries_;
  double title_width_ = 0;
  double column_width_ = 0;
  size_t columns_ = 1;
};

}  // namespace diabolo
