#include "lib/output/matrix_panel.hpp"

#include <algorithm>

#include "lib/output/chart_text.hpp"

namespace diabolo {
namespace {

constexpr double kCellHeight = 30;
constexpr double kWidestCell = 110;
constexpr double kWidestRowName = 420;
constexpr double kScaleThickness = 18;
constexpr double kScaleRoom = 150;
constexpr double kNamesRoom = 34;
constexpr double kTitleRoom = 34;
constexpr int64_t kFine = 4;  // Pixels of the field across the height of a cell.

double names_width(const NamedMatrix& matrix) {
  double widest = 0;
  for (const auto& name : matrix.row_names) {
    widest = std::max(widest, text_width(one_line(name), theme::kTextPoints));
  }
  return std::min(widest, kWidestRowName);
}

}  // namespace

double matrix_height(const NamedMatrix& matrix) {
  return kCellHeight * static_cast<double>(matrix.values.size(0)) + kNamesRoom + kTitleRoom +
         kTitleRoom;
}

void draw_matrix(ChartPage& page, const NamedMatrix& matrix, double top) {
  const auto rows = matrix.values.size(0), columns = matrix.values.size(1);
  const double left = theme::kMargin + names_width(matrix) + theme::kGap;
  const double room = theme::kPageWidth - theme::kMargin - kScaleRoom - left;
  // Cells are drawn of square pixels, so their width is a multiple of a part of their height.
  const double wanted = std::min(kWidestCell, room / static_cast<double>(columns));
  const auto across = std::max<int64_t>(1, static_cast<int64_t>(wanted / kCellHeight * kFine));
  const double width = static_cast<double>(across) * kCellHeight / kFine;
  const double above = top + kTitleRoom;
  const Box area{left, above, left + width * static_cast<double>(columns),
                 above + kCellHeight * static_cast<double>(rows)};
  page.text(left, top, fitted(matrix.scale_title, theme::kTextPoints, room + kScaleRoom),
            {.colour = theme::kQuiet});
  for (int64_t i = 0; i < rows; ++i) {
    page.text(left - theme::kGap, above + kCellHeight * (static_cast<double>(i) + 0.5),
              fitted(matrix.row_names[static_cast<size_t>(i)], theme::kTextPoints, kWidestRowName),
              {.align = Align::kRight});
  }
  for (int64_t i = 0; i < columns; ++i) {
    page.text(left + width * (static_cast<double>(i) + 0.5), area.bottom + kNamesRoom / 2 + 4,
              fitted(matrix.column_names[static_cast<size_t>(i)], theme::kTextPoints, width - 4),
              {.align = Align::kCentre});
  }
  page.text((area.left + area.right) / 2, area.bottom + kNamesRoom + kTitleRoom / 2,
            matrix.column_title, {.colour = theme::kQuiet, .align = Align::kCentre});
  const double bar = area.right + 2 * theme::kGap;
  page.colour_bar({bar, area.top, bar + kScaleThickness, area.bottom}, matrix.range,
                  std::clamp(area.height() / 60, 2.0, 8.0));
  const auto fine = matrix.values.repeat_interleave(kFine, 0).repeat_interleave(across, 1);
  draw_field(page, {fine, matrix.range, matrix.colours}, area);
}

}  // namespace diabolo
