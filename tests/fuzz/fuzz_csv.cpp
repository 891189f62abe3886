// CSV: rows as wide as the names, lines that only grow, by any delimiter; and CSV of numbers.

#include "lib/formats/csv_numbers.hpp"
#include "lib/formats/csv_reader.hpp"
#include "lib/formats/csv_rows.hpp"
#include "tests/fuzz/memory_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace diabolo;
  const auto bytes = fuzz::text_of(data, size);
  const fuzz::MemoryFile file(bytes);
  for (const char delimiter : {',', ';', '\t'}) {
    fuzz::may_refuse([&] {
      formats::CsvReader reader(file.path(), {.delimiter = delimiter, .max_columns = 1000});
      fuzz::require(!reader.names().empty());
      std::vector<std::string_view> fields;
      uint64_t line = 1;
      while (reader.next(fields)) {
        fuzz::require(fields.size() == reader.names().size());
        fuzz::require(reader.line() > line || line == 1);
        fuzz::require(reader.bytes_read() <= reader.file_size());
        line = reader.line();
        size_t length = 0;
        for (const auto field : fields) length += field.size();
        fuzz::require(length <= formats::CsvRows::kLongestRow);
      }
    });
  }
  fuzz::may_refuse([&] {
    size_t columns = 0;
    const auto names = formats::read_number_csv(
        file.path(), [&](std::span<const float> row) { columns = row.size(); });
    fuzz::require(columns == 0 || columns == names.size());
  });
  return 0;
}
