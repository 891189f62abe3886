#pragma once

#include "lib/data/dataset.hpp"
#include "lib/data/row_ranges.hpp"
#include "lib/data/table.hpp"

namespace diabolo {

/// A whole table: which columns there are, their levels, and the values before any scaling, NaN
/// for an empty cell. A column is numeric if most of its cells in the first 1,000 rows are numbers.
/// Columns that do not vary are left out, and Dataset::notices says so.
/// Throws std::invalid_argument naming file, line and column for what does not fit.
/// only: of an NPY table, rows to read in place of all.
Dataset read_table(const DataOptions& options, const RowRanges* only = nullptr);

/// True of the words of a label that are more than 20, all numbers: a quantity rather than classes.
bool is_quantity(const std::vector<std::string>& words);

}  // namespace diabolo
