#include "lib/formats/csv_reader.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

#include "lib/formats/messages.hpp"
#include "lib/formats/utf8.hpp"

namespace diabolo::formats {

namespace {
constexpr size_t kPiece = size_t{1} << 18;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kDelimiters = ",;\t";

CsvOptions checked(const CsvOptions& options) {
  if (kDelimiters.find(options.delimiter) == std::string_view::npos) {
    throw std::invalid_argument("fields of CSV are separated by ',', ';' or a tab, not by " +
                                in_quotes({&options.delimiter, 1}));
  }
  return options;
}

bool is_number(const std::string& text) {
  float value = 0;
  const char* end = text.data() + text.size();
  return std::from_chars(text.data(), end, value).ptr == end && !text.empty();
}

void split(const CsvRow& row, std::vector<std::string_view>& fields) {
  fields.resize(row.ends.size());
  size_t begin = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    fields[i] = row.text.substr(begin, row.ends[i] - begin);
    begin = row.ends[i];
  }
}
}  // namespace

CsvReader::CsvReader(const std::filesystem::path& path, const CsvOptions& options)
    : input_(path),
      options_(checked(options)),
      rows_(options.delimiter),
      // A byte more than a small file has, so that it does not fill it.
      text_(std::min<uint64_t>(kPiece, input_.max_size() + 1), '\0') {
  read_names();
}

bool CsvReader::next(std::vector<std::string_view>& fields) {
  if (!split_next(fields)) return false;
  if (fields.size() != names_.size()) {
    fail_row(counted(fields.size(), "field") + " found, " + grouped(names_.size()) +
             " needed as in the header" + separator_hint());
  }
  return true;
}

bool CsvReader::split_next(std::vector<std::string_view>& fields) {
  std::optional<CsvRow> row = pieces_[given_].rows.next();
  for (; !row; row = pieces_[given_].rows.next()) {
    if (!next_piece()) return false;
  }
  line_ = row->line;
  split(*row, fields);
  if (!row->is_simple && !options_.lenient) check_text(fields);
  return true;
}

/// False at the end of the file.
bool CsvReader::next_piece() {
  const Piece& before = pieces_[given_];
  if (before.error) std::rethrow_exception(before.error);
  if (const auto& fault = before.rows.fault()) {
    line_ = fault->line;
    fault->column ? fail(*fault->column, fault->why) : fail_row(fault->why);
  }
  if (before.is_last) return false;
  const size_t next = (given_ + 1) % kPieces;
  if (before.is_full && !ahead_.joinable()) {
    ahead_ = std::jthread([this, next](const std::stop_token& stop) { read_ahead(next, stop); });
  }
  if (ahead_.joinable()) {
    filled_.acquire();
    free_.release();
  } else {
    read_piece(pieces_[next]);
  }
  given_ = next;
  return true;
}

/// Fills pieces as they become free, to the last that can be read.
void CsvReader::read_ahead(size_t first, const std::stop_token& stop) {
  const std::stop_callback wake(stop, [this] { free_.release(); });
  bool is_end = false;
  for (size_t i = first; !is_end; i = (i + 1) % kPieces) {
    free_.acquire();
    if (stop.stop_requested()) return;
    Piece& piece = pieces_[i];
    try {
      read_piece(piece);
    } catch (...) {
      piece = {};
      piece.error = std::current_exception();
    }
    is_end = piece.error || piece.is_last || piece.rows.fault();
    filled_.release();
  }
}

void CsvReader::read_piece(Piece& to) {
  to.used_before = input_.used();
  std::string_view text(text_.data(), input_.read(text_.data(), text_.size()));
  to.used = input_.used();
  to.is_full = text.size() == text_.size();
  if (text.empty()) return end(to);
  last_byte_ = text.back();
  if (std::exchange(is_at_start_, false) && text.starts_with(kByteOrderMark)) {
    text.remove_prefix(kByteOrderMark.size());
  }
  rows_.add(text, to.rows);
}

void CsvReader::end(Piece& to) {
  input_.finish();
  if (options_.last_line_must_end && last_byte_ != '\n' && last_byte_ != '\r') {
    throw damaged(input_.name(), "its last line does not end; the file may have been cut short");
  }
  to.is_last = true;
  rows_.end(to.rows);
}

void CsvReader::read_names() {
  std::vector<std::string_view> fields;
  if (!split_next(fields)) {
    throw std::invalid_argument("cannot read " + in_quotes(input_.name()) +
                                ": it holds nothing; a line of column names and a row or more are "
                                "needed");
  }
  if (fields.size() > options_.max_columns) {
    fail_row(grouped(fields.size()) + " columns found, at most " + grouped(options_.max_columns) +
             " are read");
  }
  names_.assign(fields.begin(), fields.end());
  if (!options_.lenient) check_names();
}

void CsvReader::check_names() const {
  if (std::all_of(names_.begin(), names_.end(), is_number)) {
    fail_row("the first line must hold the names of the columns, and these are numbers");
  }
  std::map<std::string_view, size_t> columns;
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i].empty()) {
      fail_row("column " + std::to_string(i + 1) + " has no name; write one" +
               (i == 0 ? ", such as id, and give --id id if it numbers or names the rows (pandas "
                         "leaves its index out with index=False)"
                       : ""));
    }
    const auto [first, is_new] = columns.emplace(names_[i], i);
    if (is_new) continue;
    fail_row("columns " + std::to_string(first->second + 1) + " and " + std::to_string(i + 1) +
             " are both named " + in_quotes(names_[i]));
  }
}

void CsvReader::check_text(const std::vector<std::string_view>& fields) const {
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].find('\0') != std::string_view::npos) fail(i, "it holds a zero byte");
    if (!is_utf8(fields[i]))
      fail(i, "it is not UTF-8; convert the file, as iconv -f latin1 -t utf-8 does");
  }
}

/// For the error of a file that seems to have one column: what else may separate its fields.
std::string CsvReader::separator_hint() const {
  if (names_.size() != 1) return "";
  const size_t found = names_[0].find_first_of(kDelimiters);
  if (found == std::string::npos || names_[0][found] == options_.delimiter) return "";
  return std::string("; are the fields separated by ") +
         (names_[0][found] == '\t' ? "tabs?" : in_quotes({&names_[0][found], 1}) + "?");
}

uint64_t CsvReader::bytes_read() const {
  const auto bytes = static_cast<double>(pieces_[given_].used - pieces_[given_].used_before);
  return pieces_[given_].used_before +
         static_cast<uint64_t>(bytes * pieces_[given_].rows.share_given());
}

void CsvReader::fail(size_t column, const std::string& why) const {
  const std::string name =
      column < names_.size() ? in_quotes(names_[column]) : std::to_string(column + 1);
  fail_row("column " + name + ": " + why + separator_hint());
}

void CsvReader::fail_row(const std::string& why) const {
  throw std::invalid_argument(input_.name() + ":" + std::to_string(line_) + ": " + why);
}

}  // namespace diabolo::formats
