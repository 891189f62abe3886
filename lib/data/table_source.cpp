#include "lib/data/table_source.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "lib/formats/csv_reader.hpp"
#include "lib/formats/npy.hpp"
#include "models/field.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

/// True when the whole text was read.
bool parse(std::string_view text, float& value) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double wide = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), wide);
  if (end != text.end() || error == std::errc::invalid_argument) return false;
  // Beyond the range of float64: as good as 0, or infinite.
  if (error == std::errc::result_out_of_range) {
    const bool tiny = text.find("e-") != std::string_view::npos || text.find("E-") != text.npos;
    wide = tiny ? 0 : std::numeric_limits<double>::infinity();
  }
  value = static_cast<float>(wide);
  return true;
}

/// A cell for a message of one line.
std::string quoted(std::string_view cell) {
  constexpr size_t kShown = 40;
  std::string text(cell.substr(0, kShown));
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return "'" + text + (cell.size() > kShown ? "…'" : "'");
}

class CsvSource : public TableSource {
 public:
  CsvSource(const fs::path& path, char delimiter, bool lenient)
      : reader_(path, {.delimiter = delimiter, .lenient = lenient}) {}

  const std::vector<std::string>& names() const override { return reader_.names(); }
  bool next() override {
    if (!reader_.next(cells_)) return false;
    ++rows_;
    return true;
  }
  float number(size_t column) const override {
    float value = kNaN;
    const std::string_view cell = cells_[column];
    if (parse(cell, value) && !std::isinf(value)) return value;
    if (is_empty_cell(cell)) return kNaN;
    const std::string found = quoted(cell);
    if (std::isinf(value)) fail(column, found + " is not finite; correct it, or drop the column");
    const bool comma = cell.find(',') != std::string_view::npos;
    fail(column, found + " is not a number" +
                     (comma ? "; write decimals with a point"
                            : ", as most cells of the column are; correct it, or leave it empty"));
  }
  std::string_view text(size_t column) const override {
    return is_empty_cell(cells_[column]) ? std::string_view() : cells_[column];
  }
  bool empty(size_t column) const override { return is_empty_cell(cells_[column]); }
  [[noreturn]] void fail(size_t column, const std::string& why) const override {
    reader_.fail(column, why);
  }
  int64_t likely_rows() const override {
    const double share =
        static_cast<double>(reader_.bytes_read()) / static_cast<double>(reader_.file_size());
    return static_cast<int64_t>(static_cast<double>(rows_) / std::max(share, 1e-9)) + 1;
  }

 private:
  formats::CsvReader reader_;
  std::vector<std::string_view> cells_;
  int64_t rows_ = 0;
};

class NpySource : public TableSource {
 public:
  /// rows: those to give; nothing for all.
  explicit NpySource(const fs::path& path, std::optional<RowRanges> rows = {})
      : name_(path.string()), reader_(path), rows_(std::move(rows)) {
    const auto& shape = reader_.header().shape;
    if (shape.size() != 2 || shape[1] < 1) {
      throw std::invalid_argument("'" + name_ + "' has the shape [" + shape_text(shape) +
                                  "]; a table has two dimensions, rows and columns");
    }
    if (!rows_) rows_ = {{0, shape[0]}};
    names_ = npy_columns(shape[1]);
    row_.resize(names_.size());
    texts_.resize(names_.size());
  }
  const std::vector<std::string>& names() const override { return names_; }
  bool next() override {
    while (range_ < rows_->size() && given_ == (*rows_)[range_].size()) {
      ++range_;
      given_ = 0;
    }
    if (range_ == rows_->size()) return false;
    at_ = (*rows_)[range_].begin + given_++;
    reader_.read_floats_at(static_cast<uint64_t>(at_) * row_.size(), row_);
    return true;
  }
  float number(size_t column) const override {
    if (std::isinf(row_[column])) fail(column, kInfiniteValue);
    return row_[column];
  }
  std::string_view text(size_t column) const override {
    const float value = row_[column];
    texts_[column] = std::isnan(value) ? std::string() : to_text(static_cast<double>(value));
    return texts_[column];
  }
  bool empty(size_t column) const override { return std::isnan(row_[column]); }
  [[noreturn]] void fail(size_t column, const std::string& why) const override {
    fail_in_npy(name_, at_ + 1, names_[column], why);
  }
  int64_t likely_rows() const override { return rows_in(*rows_); }

 private:
  std::string name_;
  formats::NpyReader reader_;
  std::optional<RowRanges> rows_;
  size_t range_ = 0;   ///< Of `rows_`,
  int64_t given_ = 0;  ///< and how many rows of it were given.
  int64_t at_ = 0;     ///< Place in the file of the row given last.
  std::vector<std::string> names_;
  std::vector<float> row_;
  mutable std::vector<std::string> texts_;
};

char delimiter_of(const fs::path& path, const std::string& delimiter) {
  if (delimiter == "tab") return '\t';
  if (!delimiter.empty()) return delimiter[0];
  if (lower(path.filename().string()).find(".tsv") != std::string::npos) return '\t';
  const formats::CsvReader first(path, {.lenient = true});
  if (first.names().size() > 1) return ',';
  for (const char other : {';', '\t'}) {
    if (first.names()[0].find(other) != std::string::npos) return other;
  }
  return ',';
}

}  // namespace

bool is_table_name(const fs::path& path) {
  if (is_npy_name(path)) return true;
  std::string name = lower(path.filename().string());
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  return name.ends_with(".csv") || name.ends_with(".tsv");
}

bool is_npy_name(const fs::path& path) { return lower(path.extension().string()) == ".npy"; }

std::unique_ptr<TableSource> open_table(const fs::path& path, const std::string& delimiter,
                                        bool lenient) {
  if (is_npy_name(path)) return std::make_unique<NpySource>(path);
  return std::make_unique<CsvSource>(path, delimiter_of(path, delimiter), lenient);
}

std::unique_ptr<TableSource> open_npy_rows(const fs::path& path, const RowRanges& rows) {
  return std::make_unique<NpySource>(path, rows);
}

std::vector<std::string> npy_columns(int64_t width) {
  std::vector<std::string> names;
  for (int64_t i = 1; i <= width; ++i) names.push_back("column_" + std::to_string(i));
  return names;
}

void fail_in_npy(const std::string& file, int64_t row, const std::string& column,
                 const std::string& why) {
  throw std::invalid_argument("'" + file + "', row " + std::to_string(row) + ", " + column + ": " +
                              why);
}

bool is_empty_cell(std::string_view text) {
  constexpr size_t kLongest = 4;
  if (text.empty()) return true;
  if (text.size() > kLongest) return false;
  const std::string word = lower(text);
  constexpr std::array kWords{"na", "n/a", "nan", "null", "none", "?"};
  return std::ranges::find(kWords, word) != kWords.end();
}

std::optional<float> as_number(std::string_view text) {
  float value = 0;
  if (!parse(text, value) || std::isnan(value)) return {};
  return value;
}

}  // namespace diabolo
