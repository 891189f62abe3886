#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

/// CSV of numbers as CsvWriter writes it: a line of column names, then a line a row of that many
/// numbers. Read by CsvReader, by whose rules it may be laid out otherwise, but for one: every line
/// ends, the last one too, so that a file cut short within a number is noticed.
namespace diabolo::formats {

/// Called for each row with as many numbers as there are columns. They are gone when it returns.
using NumberRowCallback = std::function<void(std::span<const float>)>;

/// Reads a file row by row and returns the names of its columns; there may be no rows at all. Only
/// a small piece is held at a time, and no row longer than 16 MiB is read. Numbers are rounded to
/// float32; "nan", "inf" and "-inf" are numbers.
///
/// Throws as CsvReader does, if something else than a number is in a row ("codes.csv:3: column 'b':
/// 'x' is not a number") as for any other fault; and std::runtime_error if the last line has no
/// end. Rows before a fault in the text have been given to `on_row`.
std::vector<std::string> read_number_csv(const std::filesystem::path& path,
                                         const NumberRowCallback& on_row);

}  // namespace diabolo::formats
