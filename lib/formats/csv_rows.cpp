#include "lib/formats/csv_rows.hpp"

#include <csv.h>

#include <algorithm>
#include <new>
#include <utility>

#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
/// By which libcsv's buffer of one field grows; its default of 128 bytes is slow for long ones.
constexpr size_t kFieldBlock = size_t{1} << 16;

/// Written so that the compiler makes vector instructions of it.
bool is_all_simple(std::string_view text) {
  unsigned other = 0;
  for (const char c : text) {
    const auto byte = static_cast<uint8_t>(c);
    other |= static_cast<unsigned>(byte < 0x0E) | static_cast<unsigned>(byte > 0x7F);
  }
  return other == 0;
}

/// LF, CR and CR LF are each one.
uint64_t count_line_ends(std::string_view text) {
  uint64_t count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_half = text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n';
    if ((text[i] == '\n' || text[i] == '\r') && !is_half) ++count;
  }
  return count;
}

/// Line ends within the fields of a row.
uint64_t count_line_ends(const CsvRow& row) {
  if (row.is_simple) return 0;
  uint64_t count = 0;
  size_t begin = 0;
  for (const uint32_t end : row.ends) {
    count += count_line_ends(row.text.substr(begin, end - begin));
    begin = end;
  }
  return count;
}
}  // namespace

struct CsvRows::Parser : csv_parser {
  explicit Parser(char delimiter) : csv_parser{} {
    csv_init(this, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL);
    csv_set_delim(this, static_cast<unsigned char>(delimiter));
    csv_set_blk_size(this, kFieldBlock);
  }
  ~Parser() { csv_free(this); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// Of the field that is not finished.
  std::string_view field() const { return {reinterpret_cast<const char*>(entry_buf), entry_pos}; }
  std::string delimiter_name() const {
    return delim_char == '\t' ? "a tab"
                              : in_quotes({reinterpret_cast<const char*>(&delim_char), 1});
  }
};

CsvRows::CsvRows(char delimiter)
    : parser_(std::make_unique<Parser>(delimiter)), rows_{{0, 0, 1, false}} {}

CsvRows::~CsvRows() = default;

// libcsv is C, so no exception may leave the functions that it calls: make_room() came before.
void CsvRows::on_field(void* field, size_t size, void* rows) {
  auto& self = *static_cast<CsvRows*>(rows);
  self.text_.append(static_cast<const char*>(field), size);
  const size_t end = self.text_.size() - self.rows_.back().text_begin;
  self.ends_.push_back(static_cast<uint32_t>(end));
}

void CsvRows::on_row_end(int terminator, void* rows) {
  static_cast<CsvRows*>(rows)->end_row(terminator);
}

void CsvRows::end_row(int terminator) {
  const int before = std::exchange(terminator_, terminator);
  const bool is_second_half = before == '\r' && terminator == '\n';
  Extent& row = rows_.back();
  if (row.ends_begin == ends_.size()) {
    if (!is_second_half) ++row.line;
    return;
  }
  row.is_simple = is_all_simple(std::string_view(text_).substr(row.text_begin));
  const uint64_t next_line = row.line + 1 + count_line_ends(unfinished());
  rows_.push_back({text_.size(), ends_.size(), next_line, false});
}

CsvRow CsvRows::row_between(const Extent& row, const Extent& next) const {
  const size_t size = next.text_begin - row.text_begin;
  return {.text = std::string_view(text_).substr(row.text_begin, size),
          .ends = std::span(ends_).subspan(row.ends_begin, next.ends_begin - row.ends_begin),
          .line = row.line,
          .is_simple = row.is_simple};
}

CsvRow CsvRows::unfinished() const {
  return row_between(rows_.back(), {text_.size(), ends_.size(), 0, false});
}

void CsvRows::add(std::string_view piece) {
  forget_given_rows();
  if (text_.size() + ends_.size() + parser_->entry_pos > kLongestRow) {
    if (parser_->quoted != 0)
      return fail_in_field("the quote that opens it is not closed in 16 MiB");
    fault_ = {.line = rows_.back().line, .column = {}, .why = "the row is longer than 16 MiB"};
    return;
  }
  make_room(piece.size());
  csv_parse(parser_.get(), piece.data(), piece.size(), on_field, on_row_end, this);
  check_status();
}

void CsvRows::end() {
  forget_given_rows();
  make_room(0);
  const int status = csv_fini(parser_.get(), on_field, on_row_end, this);
  if (status != 0) fail_in_field("the quote that opens it is never closed");
}

void CsvRows::forget_given_rows() {
  const Extent unfinished = rows_.back();
  text_.erase(0, unfinished.text_begin);
  ends_.erase(ends_.begin(), ends_.begin() + static_cast<std::ptrdiff_t>(unfinished.ends_begin));
  rows_.assign(1, {0, 0, unfinished.line, false});
  given_ = 0;
}

/// For what a piece can hold at most: every byte of it may end a field and a row.
void CsvRows::make_room(size_t piece_size) {
  const auto reserve = [](auto& items, size_t size) {
    if (items.capacity() < size) items.reserve(std::max(size, 2 * items.capacity()));
  };
  reserve(text_, text_.size() + parser_->entry_pos + piece_size);
  reserve(ends_, ends_.size() + piece_size + 1);
  reserve(rows_, rows_.size() + piece_size + 1);
}

void CsvRows::check_status() {
  switch (csv_error(parser_.get())) {
    case CSV_SUCCESS:
      return;
    case CSV_EPARSE:
      break;
    default:
      throw std::bad_alloc();
  }
  if (parser_->quoted == 0) {
    return fail_in_field(
        "a quote stands within it; the field must be in quotes, and that one doubled");
  }
  const uint64_t lines = count_line_ends(parser_->field());
  const uint64_t line = rows_.back().line + count_line_ends(unfinished()) + lines;
  fail_in_field("its closing quote" +
                (lines == 0 ? "" : ", on line " + std::to_string(line) + ",") +
                " must be followed by " + parser_->delimiter_name() + " or the end of the line");
}

void CsvRows::fail_in_field(const std::string& why) {
  const CsvRow row = unfinished();
  fault_ = {.line = row.line + count_line_ends(row), .column = row.ends.size(), .why = why};
}

std::optional<CsvRow> CsvRows::next() {
  if (given_ + 1 == rows_.size()) return std::nullopt;
  ++given_;
  return row_between(rows_[given_ - 1], rows_[given_]);
}

double CsvRows::share_given() const {
  const size_t rows = rows_.size() - 1;
  return rows == 0 ? 1 : static_cast<double>(given_) / static_cast<double>(rows);
}

}  // namespace diabolo::formats
