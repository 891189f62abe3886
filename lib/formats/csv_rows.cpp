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

std::optional<CsvRow> CsvPiece::next() {
  if (given_ + 1 >= rows_.size()) return std::nullopt;
  ++given_;
  return row_between(rows_[given_ - 1], rows_[given_]);
}

double CsvPiece::share_given() const {
  return rows_.size() < 2 ? 1 : static_cast<double>(given_) / static_cast<double>(rows_.size() - 1);
}

void CsvPiece::begin(std::string_view text, std::span<const uint32_t> ends, uint64_t line) {
  text_ = text;
  ends_.assign(ends.begin(), ends.end());
  rows_.assign(1, {0, 0, line, false});
  given_ = 0;
  fault_.reset();
}

CsvRow CsvPiece::row_between(const Extent& row, const Extent& next) const {
  const size_t size = next.text_begin - row.text_begin;
  return {.text = std::string_view(text_).substr(row.text_begin, size),
          .ends = std::span(ends_).subspan(row.ends_begin, next.ends_begin - row.ends_begin),
          .line = row.line,
          .is_simple = row.is_simple};
}

CsvRow CsvPiece::unfinished() const {
  return row_between(rows_.back(), {text_.size(), ends_.size(), 0, false});
}

/// For so much text more, and so many ends of fields, each of which may end a row.
void CsvPiece::make_room(size_t text, size_t fields) {
  const auto reserve = [](auto& items, size_t size) {
    if (items.capacity() < size) items.reserve(std::max(size, 2 * items.capacity()));
  };
  reserve(text_, text_.size() + text);
  reserve(ends_, ends_.size() + fields);
  reserve(rows_, rows_.size() + fields);
}

void CsvPiece::fail_in_field(const std::string& why) {
  const CsvRow row = unfinished();
  fault_ = {.line = row.line + count_line_ends(row), .column = row.ends.size(), .why = why};
}

CsvRows::CsvRows(char delimiter) : parser_(std::make_unique<Parser>(delimiter)) {}

CsvRows::~CsvRows() = default;

// libcsv is C, so no exception may leave the functions that it calls: make_room() came before.
void CsvRows::on_field(void* field, size_t size, void* rows) {
  CsvPiece& piece = *static_cast<CsvRows*>(rows)->piece_;
  piece.text_.append(static_cast<const char*>(field), size);
  const size_t end = piece.text_.size() - piece.rows_.back().text_begin;
  piece.ends_.push_back(static_cast<uint32_t>(end));
}

void CsvRows::on_row_end(int terminator, void* rows) {
  static_cast<CsvRows*>(rows)->end_row(terminator);
}

void CsvRows::end_row(int terminator) {
  CsvPiece& piece = *piece_;
  const int before = std::exchange(terminator_, terminator);
  const bool is_second_half = before == '\r' && terminator == '\n';
  CsvPiece::Extent& row = piece.rows_.back();
  if (row.ends_begin == piece.ends_.size()) {
    if (!is_second_half) ++row.line;
    return;
  }
  row.is_simple = is_all_simple(std::string_view(piece.text_).substr(row.text_begin));
  const uint64_t next_line = row.line + 1 + count_line_ends(piece.unfinished());
  piece.rows_.push_back({piece.text_.size(), piece.ends_.size(), next_line, false});
}

void CsvRows::begin(CsvPiece& to, size_t piece_size) {
  piece_ = &to;
  to.begin(text_, ends_, line_);
  to.make_room(parser_->entry_pos + piece_size, piece_size + 1);
}

void CsvRows::add(std::string_view piece, CsvPiece& to) {
  begin(to, piece.size());
  if (text_.size() + ends_.size() + parser_->entry_pos > kLongestRow) {
    if (parser_->quoted != 0)
      return to.fail_in_field("the quote that opens it is not closed in 16 MiB");
    to.fault_ = {.line = line_, .column = {}, .why = "the row is longer than 16 MiB"};
    return;
  }
  csv_parse(parser_.get(), piece.data(), piece.size(), on_field, on_row_end, this);
  check_status();
  keep_unfinished();
}

void CsvRows::end(CsvPiece& to) {
  begin(to, 0);
  const int status = csv_fini(parser_.get(), on_field, on_row_end, this);
  if (status != 0) to.fail_in_field("the quote that opens it is never closed");
}

void CsvRows::keep_unfinished() {
  const CsvRow row = piece_->unfinished();
  text_ = row.text;
  ends_.assign(row.ends.begin(), row.ends.end());
  line_ = row.line;
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
    return piece_->fail_in_field(
        "a quote stands within it; the field must be in quotes, and that one doubled");
  }
  const CsvRow row = piece_->unfinished();
  const uint64_t lines = count_line_ends(parser_->field());
  const uint64_t line = row.line + count_line_ends(row) + lines;
  piece_->fail_in_field(
      "its closing quote" + (lines == 0 ? "" : ", on line " + std::to_string(line) + ",") +
      " must be followed by " + parser_->delimiter_name() + " or the end of the line");
}

}  // namespace diabolo::formats
