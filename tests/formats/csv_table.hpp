#pragma once

#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "lib/formats/csv_reader.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {

/// What a CsvReader gives of a file.
struct CsvTable {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;
  std::vector<uint64_t> lines;  ///< Of the rows.
};

inline CsvTable read_table(const std::filesystem::path& path, const CsvOptions& options = {}) {
  CsvReader reader(path, options);
  CsvTable table{.names = reader.names(), .rows = {}, .lines = {}};
  for (std::vector<std::string_view> fields; reader.next(fields);) {
    table.rows.emplace_back(fields.begin(), fields.end());
    table.lines.push_back(reader.line());
  }
  return table;
}

/// Of a file "a.csv" of these bytes.
inline CsvTable table_of(const std::string& bytes, const CsvOptions& options = {}) {
  const TemporaryFolder folder;
  std::ofstream(folder / "a.csv", std::ios::binary) << bytes;
  return read_table(folder / "a.csv", options);
}

/// The message of the `Error` that reading such a file throws, its path as "a.csv"; "none" without.
template <typename Error = std::invalid_argument>
std::string error_of(const std::string& bytes, const CsvOptions& options = {}) {
  const TemporaryFolder folder;
  std::ofstream(folder / "a.csv", std::ios::binary) << bytes;
  try {
    read_table(folder / "a.csv", options);
  } catch (const Error& error) {
    std::string message = error.what();
    const std::string place = folder.path().string() + "/";
    if (const size_t at = message.find(place); at != std::string::npos) {
      message.erase(at, place.size());
    }
    return message;
  }
  return "none";
}

}  // namespace diabolo::formats
