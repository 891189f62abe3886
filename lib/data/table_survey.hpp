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

  bool is_empty() const { return numbers == 0 && texts == 0; }  ///< No cell holds anything.
  /// By the most of its cells.
  ColumnKind kind() const;
  /// What more than half of the texts seem to be.
  CellLook look() const;
};

struct TableSurvey {
  int64_t rows = 0;
  std::vector<ColumnSurvey> columns;  ///< All, in the order of the file.
  std::vector<std::string> problems;  ///< Of look_over(): what keeps the file from being read.
};

/// Looks at the first `most` rows, or at all when it is 0, and refuses no cell. Reads them in
/// pieces; holds a few words a column.
/// Throws std::invalid_argument for a file that is no table, std::runtime_error for a damaged one.
TableSurvey survey_table(const DataOptions& options, int64_t most);

/// Looks at the whole file and refuses neither names nor cells, but says what is wrong with them,
/// and what to do, in `problems`: columns without a name or with one that comes twice, texts that
/// are not UTF-8, a line with fewer or more fields, behind which nothing is looked at.
/// Texts are made UTF-8; a column without a name is "(column 3)".
/// Throws std::invalid_argument for a file that holds nothing, std::runtime_error for a damaged
/// one.
TableSurvey look_over(const DataOptions& options);

/// What a person should know before learning from a column; "" when there is nothing to say.
std::string remark_on(const ColumnSurvey& column, int64_t rows);

/// Throws std::invalid_argument naming file, line and column of the first cell that is a number or
/// a date which cannot be read as such.
void require_readable(const DataOptions& options, const ColumnSurvey& column);

/// The columns of `first`, a survey of up to some rows, that hold nothing in the whole file, by
/// name.
std::vector<std::string> empty_columns(const DataOptions& options, const TableSurvey& first);

/// True of a column that numbers the rows, or names each: no input.
bool names_rows(const ColumnSurvey& column, int64_t rows);

/// True of words that are nearly as many as the rows: names, not kinds.
bool are_names(size_t words, int64_t rows);

}  // namespace diabolo
