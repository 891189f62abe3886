#include "app/table_advice.hpp"

#include "app/terminal.hpp"
#include "lib/data/table_rows.hpp"
#include "lib/data/table_values.hpp"

namespace diabolo::app {
namespace {

bool cannot_be_read(const ColumnSurvey& column) {
  if (column.kind() == ColumnKind::kNumber) return column.texts > 0;
  const CellLook look = column.look();
  return look == CellLook::kComma || look == CellLook::kDate || column.words.size() > kMaxLevels;
}

}  // namespace

DataOptions advised(const DataOptions& given, const TableSurvey& survey) {
  DataOptions result = given;
  const auto dropped = split_names(given.drop);
  const auto drop = [&](const std::string& name) {
    result.drop += (result.drop.empty() ? "" : ",") + name;
  };
  bool gaps = false;
  for (const ColumnSurvey& column : survey.columns) {
    const std::string& name = column.name;
    if (name == given.label || name == given.id || contains(dropped, name)) continue;
    if (column.is_empty()) continue;
    if (names_rows(column, survey.rows)) {
      result.id.empty() ? void(result.id = name) : drop(name);
    } else if (cannot_be_read(column)) {
      drop(name);
    } else {
      gaps = gaps || column.empty > 0;
    }
  }
  if (gaps && !result.missing) result.missing = Missing::kMean;
  return result;
}

std::string train_command(const DataOptions& options) {
  std::string text = program_name() + " train " + shell_word(options.data);
  const auto add = [&](const char* flag, const std::string& value) {
    if (!value.empty()) text += std::string(" ") + flag + " " + shell_word(value);
  };
  add("--data-dir", options.data_dir);
  add("--delimiter", options.delimiter);
  add("--label", options.label);
  add("--id", options.id);
  add("--drop", options.drop);
  if (options.missing) add("--missing", to_text(*options.missing));
  return text;
}

}  // namespace diabolo::app
