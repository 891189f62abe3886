#include "lib/output/traversal_picture.hpp"

#include <algorithm>
#include <cmath>

#include "lib/data/image_io.hpp"
#include "lib/output/chart_page.hpp"
#include "lib/output/chart_text.hpp"
#include "lib/output/curves.hpp"
#include "lib/output/field_panel.hpp"
#include "lib/output/gnuplot.hpp"
#include "lib/output/pictures.hpp"

namespace diabolo {
namespace {

constexpr double kMapTop = 84;
constexpr double kMapSide = 1340;
constexpr double kAxisRoom = 96;

std::string unit_name(const Traversal& unit, const torch::Tensor& shares) {
  const double percent = 100 * shares[unit.unit].item<double>();
  return "code " + std::to_string(unit.unit + 1) + ", " +
         captions_of(torch::tensor({percent}, torch::kFloat64), percent < 1 ? 2 : 1, " %")[0];
}

std::vector<double> column_of(const torch::Tensor& rows, int64_t at) {
  std::vector<double> values;
  const auto column = rows.select(1, at).to(torch::kFloat64).contiguous();
  values.assign(column.const_data_ptr<double>(), column.const_data_ptr<double>() + column.numel());
  return values;
}

CurvesChart lines_of(const Traversal& unit, const torch::Tensor& shares, const Table& table) {
  CurvesChart chart{.title = unit_name(unit, shares) + " of the codes' variance",
                    .x_name = "code " + std::to_string(unit.unit + 1),
                    .y_name = "columns, scaled",
                    .log_x = false,
                    .log_y = false,
                    .dots = false,
                    .curves = {},
                    .marker = {}};
  if (table.width() > kTraversalColumns) {
    chart.title += ": the " + std::to_string(kTraversalColumns) + " of " +
                   std::to_string(table.width()) + " columns that it moves most";
  }
  const auto names = table.value_names();
  for (const int64_t at : most_moved(unit.decoded, kTraversalColumns)) {
    chart.curves.push_back(
        {names[static_cast<size_t>(at)], unit.values, column_of(unit.decoded, at), {}, {}});
  }
  return chart;
}

/// [side, side, C, H, W] to one image [C, side H, side W]; the first index upwards.
torch::Tensor tiled(const torch::Tensor& images) {
  const auto up = images.flip(0).permute({2, 0, 3, 1, 4}).contiguous();
  return up.view({up.size(0), up.size(1) * up.size(2), up.size(3) * up.size(4)});
}

/// With the sign that gnuplot writes along its own axes.
std::string tick_text(double value, double step) {
  if (std::abs(value) < step / 2) return "0";
  // float, since 3 * 0.1 is 0.30000000000000004.
  const std::string text = gnuplot::number(static_cast<float>(std::abs(value)));
  return value < 0 ? "\u2212" + text : text;
}

/// Round numbers along one axis of the map, at the images whose code they are.
void add_ticks(ChartPage& page, const std::vector<double>& values, const Box& area, bool across) {
  const auto count = static_cast<double>(values.size());
  // The images at the ends lie half an image within the edges.
  const double half = (values.back() - values.front()) / (count - 1) / 2;
  const AxisRange range{values.front() - half, values.back() + half};
  const double step = round_step(range, 8);
  for (double at = std::ceil(range.low / step) * step; at <= range.high; at += step) {
    const std::string text = tick_text(at, step);
    if (across) {
      page.text(range.place(at, area.left, area.right), area.bottom + 24, text,
                {.align = Align::kCentre});
    } else {
      page.text(area.left - theme::kGap, range.place(at, area.bottom, area.top), text,
                {.align = Align::kRight});
    }
  }
}

}  // namespace

void draw_traversals(const std::vector<Traversal>& units, const torch::Tensor& shares,
                     const std::string& title, const std::filesystem::path& png) {
  std::vector<PictureRow> rows;
  for (const Traversal& unit : units) {
    rows.push_back({unit_name(unit, shares), unit.decoded,
                    captions_of(torch::tensor(unit.values, torch::kFloat64), 2, "")});
  }
  write_png(png, side_by_side(title, rows));
}

void draw_traversals(const std::vector<Traversal>& units, const torch::Tensor& shares,
                     const Table& table, const std::string& title,
                     const std::filesystem::path& png) {
  std::vector<CurvesChart> charts;
  for (const Traversal& unit : units) charts.push_back(lines_of(unit, shares, table));
  draw_curve_page(title, charts, png);
}

void draw_code_map(const CodeMap& map, const std::string& title, const std::filesystem::path& png) {
  const auto pixels = tiled(map.decoded);
  const double left = theme::kMargin + kAxisRoom;
  ChartPage page(kMapTop + kMapSide + kAxisRoom + theme::kMargin / 2);
  page.text(theme::kMargin, 44,
            fitted(title, theme::kTitlePoints, theme::kPageWidth - 2 * theme::kMargin),
            {.points = theme::kTitlePoints, .bold = true});
  const Field field{pixels, {0, 1}, FieldColours::kPixels};
  const Box area =
      placed_field(field, {left, kMapTop, theme::kPageWidth - theme::kMargin, kMapTop + kMapSide});
  add_ticks(page, map.x, area, /*across=*/true);
  add_ticks(page, map.y, area, /*across=*/false);
  const TextStyle quiet{.colour = theme::kQuiet, .align = Align::kCentre};
  page.text((area.left + area.right) / 2, area.bottom + 64, "code 1", quiet);
  page.text(area.left - 74, area.top - 4, "code 2", quiet);
  draw_field(page, field, area);
  page.write(png);
}

void draw_interpolation(const Interpolation& way, const std::string& title,
                        const std::filesystem::path& png) {
  std::vector<std::string> shares;
  const int64_t steps = way.decoded.size(0);
  for (int64_t i = 0; i < steps; ++i) {
    shares.push_back(std::to_string(std::lround(100.0 * static_cast<double>(i) /
                                                static_cast<double>(steps - 1))) +
                     " %");
  }
  write_png(png, side_by_side(title, {{"between their codes", way.decoded, {}},
                                      {"mixing their pixels", way.mixed, shares}}));
}

}  // namespace diabolo
