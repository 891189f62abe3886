#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// CSV text to rows of fields, piece by piece, by libcsv: RFC 4180 with any line end. Spaces and
/// tabs around a field without quotes are not part of it. Empty lines are passed over.
namespace diabolo::formats {

struct CsvRow {
  std::string_view text;  ///< Its fields, one behind the other, as they are without quotes.
  std::span<const uint32_t> ends;  ///< Where each field ends in `text`.
  uint64_t line = 0;               ///< On which it begins, from 1.
  bool is_simple = false;          ///< `text` is ASCII without line ends, tabs and NUL bytes.
};

/// Why a text is no CSV, and where.
struct CsvFault {
  uint64_t line = 0;
  std::optional<size_t> column;  ///< From 0.
  std::string why;
};

class CsvRows {
 public:
  /// Bytes that a row may have, about: quotes do not count.
  static constexpr size_t kLongestRow = size_t{1} << 24;

  explicit CsvRows(char delimiter);
  ~CsvRows();
  CsvRows(const CsvRows&) = delete;
  CsvRows& operator=(const CsvRows&) = delete;

  /// Takes the next piece of the text, to be called when next() gave all rows of the one before.
  void add(std::string_view piece);

  /// Takes the end of the text.
  void end();

  /// The next row, good until add() or end(); none if a piece or a fault comes before it.
  std::optional<CsvRow> next();

  /// What is wrong behind the rows that next() gives; nothing more can be added then.
  const std::optional<CsvFault>& fault() const { return fault_; }

  /// Of the rows in the piece, the part that next() gave: 0 to 1.
  double share_given() const;

 private:
  struct Parser;
  struct Extent {  ///< Of a row in `text_` and `ends_`.
    size_t text_begin;
    size_t ends_begin;
    uint64_t line;
    bool is_simple;
  };

  static void on_field(void* field, size_t size, void* rows);
  static void on_row_end(int terminator, void* rows);
  void end_row(int terminator);
  CsvRow row_between(const Extent& row, const Extent& next) const;
  CsvRow unfinished() const;
  void forget_given_rows();
  void make_room(size_t piece_size);
  void check_status();
  void fail_in_field(const std::string& why);

  std::unique_ptr<Parser> parser_;
  std::string text_;            ///< Of the rows below, the last of which is not finished.
  std::vector<uint32_t> ends_;  ///< Of each field in its row.
  std::vector<Extent> rows_;
  size_t given_ = 0;     ///< Of `rows_`.
  int terminator_ = -1;  ///< The line end that was seen last.
  std::optional<CsvFault> fault_;
};

}  // namespace diabolo::formats
