#pragma once

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

/// CSV of numbers, strictly as CsvWriter writes it: a line of column names, quoted where they need
/// it (but no name of several lines), then a line a row of that many numbers, without quotes or
/// spaces. Every line ends in LF or CR LF, the last one too, so that a file cut short within a
/// number is noticed.
namespace diabolo::formats {

/// Called for each row with as many numbers as there are columns. They are gone when it returns.
using NumberRowCallback = std::function<void(std::span<const float>)>;

/// Reads a file row by row and returns the names of its columns; there may be no rows at all. Only
/// one line is held at a time, and none longer than 16 MiB is read. Numbers are rounded to float32;
/// "nan", "inf" and "-inf" are numbers.
///
/// Throws std::invalid_argument that says file, line and column ("codes.csv:3: column 'b': 'x' is
/// not a number") if a file is missing or something else is in it: also if the first line holds
/// nothing but numbers, as it would be a lost row; and std::runtime_error if its last line has no
/// end. Rows before the error have been given to `on_row`.
std::vector<std::string> read_number_csv(const std::filesystem::path& path,
                                         const NumberRowCallback& on_row);

}  // namespace diabolo::formats
