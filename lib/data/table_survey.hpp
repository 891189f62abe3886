#pragma once

#include <array>
#include <string>
#include <vector>

#include "lib/data/cell_look.hpp"
#include "lib/data/table.hpp"

namespace diabolo {

/// What the cells of one column are.
struct ColumnSurvey {
  std::string name;
  int64_t numbers = 0, texts = 0, empty = 0;  ///< Cells; together the number of rows.
  float least = 0, greatest = 0;              ///< Of the numbers.
  bool counts_rows = true;                    ///< Each cell is a whole number, 1 above the last.
  std::vector<std::string> words;             ///< The first kMaxLevels + 1 different ones.
  std::array<int64_t, 4> looks{};             ///< Texts by their CellLook.
  std::string example;                        ///< The first text of the commonest look.

  /// By the most of its cells.
  ColumnKind kind() const;
  /// What more than half of the texts seem to be.
  CellLook look() const;
};

struct TableSurvey {
  int64_t rows = 0;
  std::vector<ColumnSurvey> columns;  ///< All, in the order of the file.
};

/// Looks at the first `most` rows, or at all when it is 0, and refuses no cell. Reads them in
/// pieces; holds a few words a column.
/// Throws std::invalid_argument for a file that is no table, std::runtime_error for a damaged one.
TableSurvey survey_table(const DataOptions& options, int64_t most);

/// What a person should know before learning from a column; "" when there is nothing to say.
std::string remark_on(const ColumnSurvey& column, int64_t rows);

/// Throws std::invalid_argument naming file, line and column of the first cell that is a number or
/// a date which cannot be read as such.
void require_readable(const DataOptions& options, const ColumnSurvey& column);

/// True of words that are nearly as many as the rows: names, not kinds.
bool are_names(size_t words, int64_t rows);

}  // namespace diabolo
