#include "lib/data/table.hpp"

#include <algorithm>
#include <cmath>

namespace diabolo {
namespace {

constexpr int64_t kChunk = 65536;  // Rows made float64 at a time: bounds memory.

struct Affine {
  double shift = 0, scale = 1;
};

/// Linear between order statistics, as numpy.quantile.
double quantile_of(const torch::Tensor& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size(0) - 1);
  const auto below = static_cast<int64_t>(at);
  const int64_t above = std::min(below + 1, sorted.size(0) - 1);
  const auto low = sorted[below].item<double>();
  return low + (at - static_cast<double>(below)) * (sorted[above].item<double>() - low);
}

/// values  [n] float32, no NaN
Affine scaling_of(const torch::Tensor& values, Scale scale) {
  if (scale == Scale::kMinmax) {
    const auto least = values.min().item<double>();
    return {least, values.max().item<double>() - least};
  }
  const auto sorted = scale == Scale::kRobust ? std::get<0>(values.sort()) : torch::Tensor();
  // Where half of the cells are equal the quartiles say nothing, but the deviation does.
  if (sorted.defined() && quantile_of(sorted, 0.75) > quantile_of(sorted, 0.25)) {
    return {quantile_of(sorted, 0.5), quantile_of(sorted, 0.75) - quantile_of(sorted, 0.25)};
  }
  // Both sum in float64 as they go, and copy nothing.
  return {values.mean(torch::kFloat64).item<double>(),
          std::sqrt(values.var(/*unbiased=*/false).item<double>())};
}

}  // namespace

torch::Tensor filled_cells(const torch::Tensor& cells) {
  const auto empty = cells.isnan();
  return empty.any().item<bool>() ? cells.masked_select(empty.logical_not()) : cells;
}

int64_t Column::width() const {
  return kind == ColumnKind::kNumber ? 1 : static_cast<int64_t>(levels.size());
}

int64_t Table::width() const {
  int64_t width = 0;
  for (const Column& column : columns) width += column.width();
  return width;
}

std::vector<std::string> Table::value_names() const {
  std::vector<std::string> names;
  for (const Column& column : columns) {
    if (column.kind == ColumnKind::kNumber) names.push_back(column.name);
    for (const auto& level : column.levels) names.push_back(column.name + "=" + level);
  }
  return names;
}

void fit_scaler(Table& table, Scale scale, const torch::Tensor& rows) {
  const int64_t width = table.width();
  table.fill = torch::zeros({width});
  table.shift = torch::zeros({width});
  table.scale = torch::ones({width});
  int64_t at = 0;
  for (const Column& column : table.columns) {
    for (int64_t i = 0; i < column.width(); ++i, ++at) {
      const auto values = filled_cells(rows.select(1, at));
      if (values.size(0) == 0) continue;
      table.fill[at] = values.mean(torch::kFloat64).item<double>();
      if (column.kind == ColumnKind::kCategory || scale == Scale::kNone) continue;
      const Affine affine = scaling_of(values, scale);
      table.shift[at] = affine.shift;
      // The spread of a constant column is rounding at most.
      const double least = 1e-7 * std::abs(affine.shift);
      if (affine.scale > least) table.scale[at] = affine.scale;
    }
  }
}

torch::Tensor empty_cells(const torch::Tensor& rows) {
  for (int64_t begin = 0; begin < rows.size(0); begin += kChunk) {
    const auto some = rows.narrow(0, begin, std::min(kChunk, rows.size(0) - begin));
    if (some.isnan().any().item<bool>()) return rows.isnan();
  }
  return {};
}

int64_t count_filled(const Table& table, const torch::Tensor& filled) {
  int64_t count = 0;
  int64_t at = 0;
  for (const Column& column : table.columns) {
    count += filled.select(1, at).sum().item<int64_t>();
    at += column.width();
  }
  return count;
}

void scale_rows(const Table& table, torch::Tensor rows) {
  for (int64_t begin = 0; begin < rows.size(0); begin += kChunk) {
    auto some = rows.narrow(0, begin, std::min(kChunk, rows.size(0) - begin));
    const auto empty = some.isnan();
    if (empty.any().item<bool>()) some.copy_(at::where(empty, table.fill, some));
    some.sub_(table.shift).div_(table.scale);
  }
}

torch::Tensor unscale_rows(const Table& table, const torch::Tensor& rows) {
  return rows * table.scale + table.shift;
}

torch::Tensor levels_of(const Table& table, const torch::Tensor& rows, size_t column) {
  int64_t begin = 0;
  for (size_t i = 0; i < column; ++i) begin += table.columns[i].width();
  return rows.narrow(1, begin, table.columns[column].width()).argmax(1);
}

}  // namespace diabolo
