#include "lib/data/table_survey.hpp"

#include <algorithm>
#include <cmath>

#include "lib/data/table_rows.hpp"
#include "lib/data/table_values.hpp"

namespace diabolo {
namespace {

constexpr int64_t kLooked = 1000;    // Texts of a column whose look is judged.
constexpr int64_t kFewestRows = 10;  // Below this, few words may be as many as the rows.

/// A column while its cells pass by.
class Watch {
 public:
  explicit Watch(const std::string& name) { survey_.name = name; }

  void add(std::string_view cell) {
    if (cell.empty()) {
      ++survey_.empty;
      survey_.counts_rows = false;
    } else if (const auto number = as_number(cell)) {
      add_number(*number);
    } else {
      add_text(cell);
    }
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

  void add_text(std::string_view cell) {
    survey_.counts_rows = false;
    if (survey_.texts < kLooked) {
      const auto look = static_cast<size_t>(look_of(cell));
      if (survey_.looks[look]++ == 0) examples_[look] = cell;
    }
    if (words_.words().size() <= kMaxLevels) words_.add(cell);
    ++survey_.texts;
  }

  ColumnSurvey survey_;
  Levels words_;
  std::array<std::string, 4> examples_;
  float last_ = 0;
};

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

bool are_names(size_t words, int64_t rows) {
  return rows >= kFewestRows && 2 * static_cast<int64_t>(words) > rows;
}

std::string remark_on(const ColumnSurvey& column, int64_t rows) {
  const bool number = column.kind() == ColumnKind::kNumber;
  if (number && column.texts > 0) {
    return "'" + column.example + "' is not a number: " + std::to_string(column.texts) +
           (column.texts == 1 ? " such cell" : " such cells");
  }
  if (number && column.counts_rows && rows >= kFewestRows) {
    return "counts the rows: --id or --drop";
  }
  if (number) return column.least == column.greatest ? "constant" : "";
  if (column.look() != CellLook::kWord) {
    return "'" + column.example + "' " + advice_on(column.look());
  }
  if (are_names(column.words.size(), rows)) return "nearly a word a row: --id or --drop";
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
