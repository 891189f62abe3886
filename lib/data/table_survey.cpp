#include "lib/data/table_survey.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/data/table_rows.hpp"
#include "lib/data/table_values.hpp"
#include "lib/formats/utf8.hpp"

namespace diabolo {
namespace {

constexpr int64_t kLooked = 1000;    // Texts of a column whose look is judged.
constexpr int64_t kFewestRows = 10;  // Below this, few words may be as many as the rows.

/// A column while its cells pass by.
class Watch {
 public:
  explicit Watch(const std::string& name) { survey_.name = name; }

  void add(std::string_view cell) {
    if (!take(cell)) add_text(cell);
  }

  /// False, and nothing done, for a cell that holds something other than a number.
  bool take(std::string_view cell) {
    const auto number = as_number(cell);
    if (number) {
      add_number(*number);
    } else if (cell.empty()) {
      ++survey_.empty;
      survey_.counts_rows = false;
    }
    return number || cell.empty();
  }

  void add_text(std::string_view cell) {
    survey_.counts_rows = false;
    if (survey_.texts < kLooked) {
      const auto look = static_cast<size_t>(look_of(cell));
      if (survey_.looks[look]++ == 0) examples_[look] = cell;
    }
    if (words_.words().size() <= kMaxLevels) words_.add(cell);
    ++survey_.texts;
  }

  ColumnSurvey finish() {
    survey_.words = words_.words();
    const auto most = std::ranges::max_element(survey_.looks) - survey_.looks.begin();
    survey_.example = examples_[static_cast<size_t>(most)];
    return survey_;
  }

 private:
  void add_number(float value) {
    if (survey_.numbers == 0) survey_.least = survey_.greatest = value;
    survey_.least = std::min(survey_.least, value);
    survey_.greatest = std::max(survey_.greatest, value);
    const bool follows = survey_.numbers == 0 ? value == std::floor(value) : value == last_ + 1;
    survey_.counts_rows = survey_.counts_rows && follows;
    last_ = value;
    ++survey_.numbers;
  }

  ColumnSurvey survey_;
  Levels words_;
  std::array<std::string, 4> examples_;
  float last_ = 0;
};

}  // namespace

namespace {

constexpr const char* kNotUtf8 =
    " is not UTF-8; convert the file, as iconv -f latin1 -t utf-8 does";

bool is_good_text(std::string_view text) {
  return formats::is_utf8(text) && text.find('\0') == std::string_view::npos;
}

std::vector<std::string> shown_names(const std::vector<std::string>& names) {
  std::vector<std::string> shown;
  for (size_t i = 0; i < names.size(); ++i) {
    shown.push_back(names[i].empty() ? "(column " + std::to_string(i + 1) + ")"
                                     : formats::as_utf8(names[i]));
  }
  return shown;
}

/// What a column without a name wants. One that numbers or names the rows is most often an index.
std::string advice_on_name(const TableSurvey& survey, size_t at) {
  return names_rows(survey.columns[at], survey.rows)
             ? "it numbers or names the rows: call it id and give --id id, or leave it out "
               "(pandas does with index=False)"
             : "write one";
}

void add_name_problems(const std::vector<std::string>& names, TableSurvey& survey) {
  if (std::ranges::all_of(names, [](const auto& name) { return as_number(name).has_value(); })) {
    survey.problems.emplace_back(
        "the first line holds numbers: write the names of the columns above");
  }
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    if (names[i].empty()) {
      survey.problems.push_back("column " + number + " has no name; " + advice_on_name(survey, i));
      continue;
    }
    const auto first = std::ranges::find(names, names[i]) - names.begin();
    if (static_cast<size_t>(first) == i) continue;
    survey.problems.push_back("columns " + std::to_string(first + 1) + " and " + number +
                              " are both named '" + survey.columns[i].name +
                              "'; give one another name");
  }
}

}  // namespace

ColumnKind ColumnSurvey::kind() const {
  return numbers >= texts ? ColumnKind::kNumber : ColumnKind::kCategory;
}

CellLook ColumnSurvey::look() const {
  int64_t seen = 0;
  for (const int64_t count : looks) seen += count;
  for (const auto look : {CellLook::kComma, CellLook::kDate, CellLook::kUnit}) {
    if (2 * looks[static_cast<size_t>(look)] > seen) return look;
  }
  return CellLook::kWord;
}

TableSurvey survey_table(const DataOptions& options, int64_t most) {
  const auto source = open_table(options.data, options.delimiter);
  std::vector<Watch> columns;
  for (const auto& name : source->names()) columns.emplace_back(name);
  TableSurvey survey;
  while ((most == 0 || survey.rows < most) && source->next()) {
    for (size_t i = 0; i < columns.size(); ++i) columns[i].add(source->text(i));
    ++survey.rows;
  }
  for (auto& column : columns) survey.columns.push_back(column.finish());
  return survey;
}

TableSurvey look_over(const DataOptions& options) {
  const auto source = open_table(options.data, options.delimiter, /*lenient=*/true);
  const auto names = shown_names(source->names());
  std::vector<Watch> columns(names.begin(), names.end());
  TableSurvey survey;
  bool is_text = std::ranges::all_of(source->names(), is_good_text);
  if (!is_text) survey.problems.push_back(std::string("a name of a column") + kNotUtf8);
  try {
    while (source->next()) {
      ++survey.rows;
      for (size_t i = 0; i < columns.size(); ++i) {
        const std::string_view cell = source->text(i);
        if (columns[i].take(cell)) continue;
        if (is_text && !is_good_text(cell)) {
          survey.problems.push_back("row " + std::to_string(survey.rows) + ", column '" + names[i] +
                                    "'" + kNotUtf8);
          is_text = false;
        }
        columns[i].add_text(is_text ? cell : formats::as_utf8(cell));
      }
    }
  } catch (const std::invalid_argument& error) {
    survey.problems.push_back(std::string(error.what()) + "; what comes behind was not looked at");
  }
  for (auto& column : columns) survey.columns.push_back(column.finish());
  add_name_problems(source->names(), survey);
  return survey;
}

std::vector<std::string> empty_columns(const DataOptions& options, const TableSurvey& first) {
  std::vector<size_t> left;
  for (size_t i = 0; i < first.columns.size(); ++i) {
    if (first.columns[i].is_empty()) left.push_back(i);
  }
  // Most tables have none, and are not read a second time.
  const auto source = left.empty() ? nullptr : open_table(options.data, options.delimiter);
  while (!left.empty() && source->next()) {
    std::erase_if(left, [&](size_t at) { return !source->empty(at); });
  }
  std::vector<std::string> names;
  for (const size_t at : left) names.push_back(first.columns[at].name);
  return names;
}

bool names_rows(const ColumnSurvey& column, int64_t rows) {
  if (column.is_empty() || rows < kFewestRows) return false;
  if (column.kind() == ColumnKind::kNumber) return column.texts == 0 && column.counts_rows;
  return column.look() == CellLook::kWord && are_names(column.words.size(), rows);
}

bool are_names(size_t words, int64_t rows) {
  return rows >= kFewestRows && 2 * static_cast<int64_t>(words) > rows;
}

std::string remark_on(const ColumnSurvey& column, int64_t rows) {
  if (column.is_empty()) return "left out";
  const bool number = column.kind() == ColumnKind::kNumber;
  if (number && column.texts > 0) {
    return "'" + column.example + "' is not a number: " + std::to_string(column.texts) +
           (column.texts == 1 ? " such cell" : " such cells");
  }
  if (number && names_rows(column, rows)) return "counts the rows: --id or --drop";
  if (number) return column.least == column.greatest ? "constant" : "";
  if (column.look() != CellLook::kWord) {
    return "'" + column.example + "' " + advice_on(column.look());
  }
  if (names_rows(column, rows)) return "nearly a word a row: --id or --drop";
  if (column.words.size() > kMaxLevels) return "too many words: --label, --id or --drop";
  return column.words.size() == 1 ? "constant" : "";
}

void require_readable(const DataOptions& options, const ColumnSurvey& column) {
  const CellLook look = column.look();
  if (column.kind() == ColumnKind::kNumber) return;
  if (look != CellLook::kComma && look != CellLook::kDate) return;
  const auto source = open_table(options.data, options.delimiter);
  const size_t at = find_column(*source, column.name, options.data, "");
  while (source->next()) {
    if (source->text(at) != column.example) continue;
    source->fail(at, "'" + column.example + "' " + advice_on(look) +
                         ", or leave the column out with --drop");
  }
}

}  // namespace diabolo
