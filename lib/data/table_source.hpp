#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/data/row_ranges.hpp"

namespace diabolo {

/// The cells of a table file, row by row.
class TableSource {
 public:
  virtual ~TableSource() = default;

  virtual const std::vector<std::string>& names() const = 0;

  /// Goes to the next row; false at the end. Throws for damaged files.
  virtual bool next() = 0;

  /// A cell of this row; NaN when it is empty. Throws std::invalid_argument naming file, line and
  /// column for one that is no number, or infinite.
  virtual float number(size_t column) const = 0;
  /// The same as text; "" when it is empty. Valid until next().
  virtual std::string_view text(size_t column) const = 0;

  virtual bool empty(size_t column) const = 0;

  /// Throws std::invalid_argument "prices.csv:17: column 'rooms': WHY".
  [[noreturn]] virtual void fail(size_t column, const std::string& why) const = 0;

  /// How many rows there are: exact, or judged by those read so far.
  virtual int64_t likely_rows() const = 0;
};

/// True for .csv, .tsv and .npy, the first two also with .gz behind: by the name alone.
bool is_table_name(const std::filesystem::path& path);

/// True for .npy, whatever its case.
bool is_npy_name(const std::filesystem::path& path);

/// CSV (plain or gzip), or NPY of numbers [N, D], whose columns are column_1 … column_D.
/// delimiter: "," ";" "tab", or "" to see from the first line.
/// lenient: as CsvOptions::lenient.
/// Throws std::invalid_argument when it is no table, std::runtime_error when it is damaged.
std::unique_ptr<TableSource> open_table(const std::filesystem::path& path,
                                        const std::string& delimiter, bool lenient = false);

/// The same of an NPY table, of these rows alone.
std::unique_ptr<TableSource> open_npy_rows(const std::filesystem::path& path,
                                           const RowRanges& rows);

/// Names of the columns of an NPY table: column_1 to column_WIDTH.
std::vector<std::string> npy_columns(int64_t width);

inline constexpr const char* kInfiniteValue = "an infinite value; correct it, or drop the column";

/// Throws the error that a cell of an NPY table is wrong. row: from 1.
[[noreturn]] void fail_in_npy(const std::string& file, int64_t row, const std::string& column,
                              const std::string& why);

/// True for "", NA, N/A, NaN, null, none and ?, whatever their case.
bool is_empty_cell(std::string_view text);

/// A number that float32 can hold, or infinity; nothing for other text, NaN among it.
std::optional<float> as_number(std::string_view text);

}  // namespace diabolo
