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

/// The rows that end in one piece of a text.
class CsvPiece {
 public:
  /// The next row, good until the piece is used for another; none behind the last.
  std::optional<CsvRow> next();

  /// What is wrong behind those rows; nothing more can be read then.
  const std::optional<CsvFault>& fault() const { return fault_; }

  /// Of the rows, the part that next() gave: 0 to 1.
  double share_given() const;

 private:
  friend class CsvRows;
  struct Extent {  ///< Of a row in `text_` and `ends_`.
    size_t text_begin;
    size_t ends_begin;
    uint64_t line;
    bool is_simple;
  };

  void begin(std::string_view text, std::span<const uint32_t> ends, uint64_t line);
  CsvRow row_between(const Extent& row, const Extent& next) const;
  CsvRow unfinished() const;
  void make_room(size_t text, size_t fields);
  void fail_in_field(const std::string& why);

  std::string text_;            ///< Of the rows below, the last of which is not finished.
  std::vector<uint32_t> ends_;  ///< Of each field in its row.
  std::vector<Extent> rows_;
  size_t given_ = 0;  ///< Of `rows_`.
  std::optional<CsvFault> fault_;
};

class CsvRows {
 public:
  /// Bytes that a row may have, about: quotes do not count.
  static constexpr size_t kLongestRow = size_t{1} << 24;

  explicit CsvRows(char delimiter);
  ~CsvRows();
  CsvRows(const CsvRows&) = delete;
  CsvRows& operator=(const CsvRows&) = delete;

  /// Takes the next piece of the text; `to` becomes the rows that end in it.
  void add(std::string_view piece, CsvPiece& to);

  /// Takes the end of the text.
  void end(CsvPiece& to);

 private:
  struct Parser;

  static void on_field(void* field, size_t size, void* rows);
  static void on_row_end(int terminator, void* rows);
  void end_row(int terminator);
  void begin(CsvPiece& to, size_t piece_size);
  void keep_unfinished();
  void check_status();

  std::unique_ptr<Parser> parser_;
  CsvPiece* piece_ = nullptr;   ///< What is written now.
  std::string text_;            ///< Of the row that was not finished in the piece before,
  std::vector<uint32_t> ends_;  ///< and where its fields end.
  uint64_t line_ = 1;           ///< On which it begins.
  int terminator_ = -1;         ///< The line end that was seen last.
};

}  // namespace diabolo::formats
