#pragma once

#include "lib/output/field_panel.hpp"

namespace diabolo {

/// Numbers with a name for each row and each column: columns of a table by code units, say.
struct NamedMatrix {
  torch::Tensor values;  ///< [R, C], R and C > 0.
  AxisRange range{0, 1};
  FieldColours colours = FieldColours::kShades;
  std::vector<std::string> row_names, column_names;  ///< As many; any bytes.
  std::string column_title;                          ///< Below the names of columns.
  std::string scale_title;                           ///< What the colours are.
};

/// How high draw_matrix() needs its room to be.
double matrix_height(const NamedMatrix& matrix);

/// Draws it from `top` on, as wide as the page: names of rows on the left, names of columns below,
/// a scale on the right.
void draw_matrix(ChartPage& page, const NamedMatrix& matrix, double top);

/// Rows that a page has room for, so that each has its name.
inline constexpr int64_t kMatrixRows = 60;
inline constexpr int64_t kMatrixColumns = 32;

}  // namespace diabolo
