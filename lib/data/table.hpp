#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

#include "lib/data/data_options.hpp"

namespace diabolo {

enum class ColumnKind {
  kNumber,    ///< One value of the network's input.
  kCategory,  ///< One value a level, 1 for the level of the row and 0 for the others (one-hot).
};
template <>
inline constexpr auto kEnumNames<ColumnKind> = std::array{
    std::pair{ColumnKind::kNumber, "number"}, std::pair{ColumnKind::kCategory, "category"}};

struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::kNumber;
  std::vector<std::string> levels;  ///< Of a category, sorted.

  int64_t width() const;  ///< Values that it takes.
  bool operator==(const Column&) const = default;
};

/// What the values of a table mean: its columns, and how they were scaled.
struct Table {
  std::vector<Column> columns;            ///< Those of the input, in the order of the file.
  std::vector<std::string> left_out;      ///< Constant ones, and those that the user dropped.
  std::string label;                      ///< Column with the class; "" for none.
  std::vector<std::string> label_levels;  ///< Its words, by the number in Dataset::labels.
  std::string id;                         ///< Column with the name of a row; "" for none.
  torch::Tensor fill;                     ///< [D] float32, before scaling: for empty cells.
  torch::Tensor shift, scale;             ///< [D] float32: scaled = (value - shift) / scale.

  int64_t width() const;                         ///< D: values of a row.
  std::vector<std::string> value_names() const;  ///< D of them: "alcohol", "colour=red".
};

/// Those of `cells` [N] that are not NaN; no copy when all are.
torch::Tensor filled_cells(const torch::Tensor& cells);

/// Figures of `rows` that fill, shift and scale: means, and what `scale` names; a column that does
/// not vary is moved and not scaled. One-hot values stay 0 and 1.
/// rows  [N, D] float32, NaN for an empty cell
void fit_scaler(Table& table, Scale scale, const torch::Tensor& rows);

/// Which values of `rows` [N, D] are NaN: bool [N, D], or undefined when none is.
torch::Tensor empty_cells(const torch::Tensor& rows);

/// How many cells of the file `filled` [N, D] bool says: a category takes several values.
int64_t count_filled(const Table& table, const torch::Tensor& filled);

/// Fills empty cells and scales in place. rows [N, D] float32
void scale_rows(const Table& table, torch::Tensor rows);

/// [N, D] float32 in the units of the file, from scaled rows.
torch::Tensor unscale_rows(const Table& table, const torch::Tensor& rows);

/// The level that has the greatest value, of each row. column: index into Table::columns.
/// rows [N, D]; returns [N] int64
torch::Tensor levels_of(const Table& table, const torch::Tensor& rows, size_t column);

}  // namespace diabolo
