#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "lib/formats/file.hpp"

/// CSV as RFC 4180 has it, but for line ends: a line of column names, then a line a row, each ended
/// by LF. Fields that hold a comma, a quote or a line end, or have a space or tab at an end, are
/// quoted. Equal contents give equal bytes, whatever the locale.
namespace diabolo::formats {

/// Writes a file atomically, row by row: nothing is at its place before commit().
///   writer.integer(7);
///   writer.numbers(code);
///   writer.end_row();
class CsvWriter {
 public:
  /// Throws std::invalid_argument, naming the file, if there is no column.
  CsvWriter(const std::filesystem::path& path, std::span<const std::string> columns);

  /// The next fields of this row. A number is the shortest text that gives the same float32 when it
  /// is read; others are "nan", "inf" and "-inf".
  void text(std::string_view field);
  void integer(int64_t field);
  void numbers(std::span<const float> fields);

  /// Throws std::logic_error unless the row has as many fields as there are columns.
  void end_row();

  /// Whole rows.
  void row(std::span<const std::string> fields);
  void row(std::span<const float> fields);

  /// Throws std::logic_error within a row.
  void commit();

 private:
  void begin_field();

  AtomicFile file_;
  size_t columns_ = 0;
  size_t fields_ = 0;  ///< Of this row so far.
  std::string line_;   ///< This row so far.
};

}  // namespace diabolo::formats
