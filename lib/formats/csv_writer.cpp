#include "lib/formats/csv_writer.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <stdexcept>

#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
template <typename Number>
void append(std::string& line, Number value) {
  std::array<char, 64> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  line.append(digits.data(), end);
}

void append_quoted(std::string& line, std::string_view field) {
  line += '"';
  for (const char c : field) {
    if (c == '"') line += '"';
    line += c;
  }
  line += '"';
}

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Readers take blanks off the ends of a field without quotes.
bool needs_quotes(std::string_view field) {
  if (field.empty()) return false;
  return is_blank(field.front()) || is_blank(field.back()) ||
         field.find_first_of(",\"\r\n") != std::string_view::npos;
}
}  // namespace

CsvWriter::CsvWriter(const std::filesystem::path& path, std::span<const std::string> columns)
    : file_(path), columns_(columns.size()) {
  if (columns.empty()) {
    throw std::invalid_argument("cannot write " + in_quotes(path.string()) +
                                ": a CSV file has at least one column");
  }
  row(columns);
}

void CsvWriter::begin_field() {
  if (fields_++ > 0) line_ += ',';
}

void CsvWriter::text(std::string_view field) {
  begin_field();
  // A row of one empty field would be an empty line, which readers skip.
  const bool is_whole_line = field.empty() && columns_ == 1;
  if (is_whole_line || needs_quotes(field)) {
    append_quoted(line_, field);
  } else {
    line_ += field;
  }
}

void CsvWriter::integer(int64_t field) {
  begin_field();
  append(line_, field);
}

void CsvWriter::numbers(std::span<const float> fields) {
  for (const float field : fields) {
    begin_field();
    if (std::isnan(field)) {
      line_ += "nan";  // of either sign
    } else {
      append(line_, field);
    }
  }
}

void CsvWriter::end_row() {
  if (fields_ != columns_) {
    throw std::logic_error("a CSV row of " + counted(fields_, "field") + " was written, " +
                           grouped(columns_) + " are needed");
  }
  line_ += '\n';
  file_.write(line_);
  line_.clear();
  fields_ = 0;
}

void CsvWriter::row(std::span<const std::string> fields) {
  for (const std::string& field : fields) text(field);
  end_row();
}

void CsvWriter::row(std::span<const float> fields) {
  numbers(fields);
  end_row();
}

void CsvWriter::commit() {
  if (fields_ != 0) throw std::logic_error("a CSV file was committed within a row");
  file_.commit();
}

}  // namespace diabolo::formats
