#pragma once

#include "lib/data/dataset.hpp"
#include "lib/data/table_rows.hpp"

// What learning from a table and reading by a model share.

namespace diabolo {

/// Rows as they were read, before one-hot and scaling.
struct RawTable {
  torch::Tensor values;  ///< [N, columns] float32, levels by number, NaN for an empty cell.
  std::vector<int64_t> labels;
  std::vector<std::string> ids;
};

/// The next `most` rows, fewer at the end; all that are left when it is 0.
RawTable read_rows(TableRows& rows, int64_t most);

/// [N, columns] to [N, D]: categories become one-hot; NaN stays NaN in all values of a category.
torch::Tensor one_hot(const torch::Tensor& raw, const std::vector<Column>& columns);

/// Moves labels and names into `dataset`, with a notice when rows were dropped.
void add_names(Dataset& dataset, RawTable raw, int64_t dropped);

/// "a,b" as names.
std::vector<std::string> split_names(const std::string& list);

bool contains(const std::vector<std::string>& names, const std::string& name);

/// Where `name` is among the columns. Throws std::invalid_argument naming file, option ("--label")
/// and the nearest column.
size_t find_column(const TableSource& source, const std::string& name, const std::string& file,
                   const std::string& option);

}  // namespace diabolo
