#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <semaphore>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "lib/formats/csv_rows.hpp"
#include "lib/formats/plain_or_gzip.hpp"

/// CSV of any origin, as it is or compressed by gzip: a line of column names, then a line a row of
/// as many fields. UTF-8, with a byte order mark or not; lines end in LF, CR LF or CR. A field in
/// quotes may hold delimiters, line ends and doubled quotes; one without loses the spaces and tabs
/// around it. Empty lines are passed over. No more is held than a few small pieces of the file: one
/// that is given, and of a large file those behind it, which a thread of its own reads meanwhile.
///
/// Throws std::invalid_argument that says file, line and, where there is one, column
/// ("prices.csv:17: column 'rooms': it is not UTF-8"), if a file is missing or is not such CSV, and
/// std::runtime_error if it is cut short or damaged. Rows before a fault in the text are given
/// first.
namespace diabolo::formats {

struct CsvOptions {
  char delimiter = ',';             ///< ',', ';' or '\t'.
  bool last_line_must_end = false;  ///< So that a file cut within its last field is noticed.
  size_t max_columns = 100'000;     ///< More are refused.
  bool lenient = false;  ///< Names and texts are not checked, for who says what is wrong.
};

class CsvReader {
 public:
  /// Reads the names. Throws also, but for a lenient one, if one is empty or comes twice, and if
  /// all are numbers: that would be a lost row.
  explicit CsvReader(const std::filesystem::path& path, const CsvOptions& options = {});

  /// Names of the columns, one or more.
  const std::vector<std::string>& names() const { return names_; }

  /// Makes `fields` those of the next row, as many as names() and good until the next call. False
  /// at the end of the file.
  bool next(std::vector<std::string_view>& fields);

  /// Number of the line, from 1, on which the row given last begins.
  uint64_t line() const { return line_; }

  /// Length of the file, and about how many of its bytes the rows given so far take: for an
  /// estimate of how many rows there are. Of a compressed file, both are of compressed bytes.
  uint64_t file_size() const { return input_.file_size(); }
  uint64_t bytes_read() const;

  /// Throws the error that a field of the row given last is wrong: "prices.csv:17: column 'rooms':
  /// WHY".
  [[noreturn]] void fail(size_t column, const std::string& why) const;

 private:
  struct Piece {
    CsvPiece rows;
    uint64_t used_before = 0, used = 0;  ///< Bytes of the file in front of it, and with it.
    bool is_full = false, is_last = false;
    std::exception_ptr error;  ///< Why it could not be read.
  };
  static constexpr size_t kPieces = 4;

  bool split_next(std::vector<std::string_view>& fields);
  bool next_piece();
  void read_ahead(size_t first, const std::stop_token& stop);
  void read_piece(Piece& to);
  void end(Piece& to);
  void read_names();
  void check_names() const;
  void check_text(const std::vector<std::string_view>& fields) const;
  std::string separator_hint() const;
  [[noreturn]] void fail_row(const std::string& why) const;

  PlainOrGzip input_;
  CsvOptions options_;
  CsvRows rows_;
  std::vector<std::string> names_;
  std::string text_;  ///< Of the piece that is read.
  uint64_t line_ = 0;
  char last_byte_ = '\n';
  bool is_at_start_ = true;
  std::array<Piece, kPieces> pieces_;  ///< A ring: filled ones behind the one that is given.
  size_t given_ = 0;
  std::counting_semaphore<> filled_{0}, free_{kPieces - 1};
  std::jthread ahead_;  ///< Fills them, but for those of a small file. Last, so that it ends first.
};

}  // namespace diabolo::formats
