#include "lib/formats/csv_numbers.hpp"

#include <charconv>
#include <string_view>

#include "lib/formats/csv_reader.hpp"
#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
float number_of(std::string_view text, size_t column, const CsvReader& reader) {
  float value = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
  if (error == std::errc::invalid_argument || end != text.end()) {
    reader.fail(column, in_quotes(text) + " is not a number");
  }
  if (error != std::errc())
    reader.fail(column, in_quotes(text) + " is out of the range of float32");
  return value;
}
}  // namespace

std::vector<std::string> read_number_csv(const std::filesystem::path& path,
                                         const NumberRowCallback& on_row) {
  // A code may have as many numbers as its row can hold.
  CsvReader reader(path, {.last_line_must_end = true, .max_columns = CsvRows::kLongestRow});
  std::vector<std::string_view> fields;
  std::vector<float> row(reader.names().size());
  while (reader.next(fields)) {
    for (size_t i = 0; i < row.size(); ++i) row[i] = number_of(fields[i], i, reader);
    on_row(row);
  }
  return reader.names();
}

}  // namespace diabolo::formats
