#include "lib/data/table_reader.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <unordered_set>

#include "lib/data/table_survey.hpp"
#include "lib/data/table_values.hpp"

namespace diabolo {
namespace {

constexpr int64_t kKindRows = 1000;
constexpr int64_t kFewestNoted = 10;  // Of fewer rows, some count by chance.

/// "'a', 'b'".
std::string in_a_row(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "'" : ", '") + name + "'";
  return text;
}

/// Leaves columns without a single value out, which would make every row one with an empty cell.
void leave_out_empty(const DataOptions& options, const TableSurvey& first, Table& table,
                     std::vector<std::string>& notices) {
  auto names = empty_columns(options, first);
  std::erase_if(names, [&](const std::string& name) {
    return name == table.label || name == table.id || contains(table.left_out, name);
  });
  if (names.empty()) return;
  notices.push_back("left out, since every cell is empty there: " + in_a_row(names));
  table.left_out.insert(table.left_out.end(), names.begin(), names.end());
}

TableRows learning_rows(const DataOptions& options, const RowRanges* only, Table& table,
                        std::vector<std::string>& notices) {
  const TableSurvey first = survey_table(options, kKindRows);
  if (first.rows == 0) {
    throw std::invalid_argument("'" + options.data + "' holds the names of columns and no rows");
  }
  TableRows rows(
      only ? open_npy_rows(options.data, *only) : open_table(options.data, options.delimiter),
      options.missing.value_or(Missing::kError), /*learning=*/true);
  const TableSource& source = rows.source();
  table.label = options.label;
  table.id = options.id;
  table.left_out = split_names(options.drop);
  for (const auto& name : table.left_out) find_column(source, name, options.data, "--drop");
  if (!table.label.empty()) {
    rows.use_label(find_column(source, table.label, options.data, "--label"), {});
  }
  if (!table.id.empty()) rows.use_id(find_column(source, table.id, options.data, "--id"));
  if (!only) leave_out_empty(options, first, table, notices);
  const std::unordered_set<std::string> left_out(table.left_out.begin(), table.left_out.end());
  for (size_t i = 0; i < source.names().size(); ++i) {
    const std::string& name = source.names()[i];
    if (name == table.label || name == table.id || left_out.contains(name)) continue;
    const ColumnSurvey& column = first.columns[i];
    require_readable(options, column);
    rows.inputs().push_back({.at = i, .name = name, .kind = column.kind(), .levels = {}});
  }
  if (rows.inputs().empty()) {
    throw std::invalid_argument("'" + options.data + "' has no column left to learn from");
  }
  return rows;
}

torch::Tensor renumbered(const torch::Tensor& numbers, const std::vector<int64_t>& ranks) {
  return torch::tensor(ranks, torch::kInt64).index_select(0, numbers);
}

/// Levels in their sorted order, in the table and in the cells.
void sort_levels(TableRows& rows, torch::Tensor values) {
  for (size_t i = 0; i < rows.inputs().size(); ++i) {
    auto& use = rows.inputs()[i];
    if (use.kind == ColumnKind::kNumber) continue;
    const auto ranks = use.levels.sort();
    auto cells = values.select(1, static_cast<int64_t>(i));
    const auto there = cells.isnan().logical_not();
    const auto found = cells.masked_select(there).to(torch::kInt64);
    cells.masked_scatter_(there, renumbered(found, ranks).to(torch::kFloat32));
  }
}

// Of large tables most columns tell after a row or two, which tensor operations on all rows do not.
bool varies(const torch::Tensor& cells) {
  const auto values = cells.accessor<float, 1>();
  float first = NAN;
  for (int64_t i = 0; i < values.size(0); ++i) {
    if (std::isnan(values[i]) || values[i] == first) continue;
    if (!std::isnan(first)) return true;
    first = values[i];
  }
  return false;
}

/// Leaves constant columns out of `raw` and names them.
void keep_varying(TableRows& rows, RawTable& raw, Table& table, std::vector<std::string>& notices) {
  std::vector<int64_t> kept;
  std::vector<std::string> constant;
  for (size_t i = 0; i < rows.inputs().size(); ++i) {
    const auto& use = rows.inputs()[i];
    if (varies(raw.values.select(1, static_cast<int64_t>(i)))) {
      kept.push_back(static_cast<int64_t>(i));
      table.columns.push_back({.name = use.name, .kind = use.kind, .levels = use.levels.words()});
    } else {
      table.left_out.push_back(use.name);
      constant.push_back(use.name);
    }
  }
  if (constant.empty()) return;
  notices.push_back("left out, since every row has the same value there: " + in_a_row(constant));
  raw.values = raw.values.index_select(1, torch::tensor(kept, torch::kInt64));
}

/// Whole numbers, each 1 above the one before.
bool counts_rows(const torch::Tensor& cells) {
  const auto values = cells.accessor<float, 1>();
  if (values[0] != std::floor(values[0])) return false;
  for (int64_t i = 1; i < values.size(0); ++i) {
    if (values[i] - values[i - 1] != 1) return false;
  }
  return true;
}

/// What a person may not have meant, of columns that are learned from.
void note_columns(const TableRows& rows, const RawTable& raw, std::vector<std::string>& notices) {
  const int64_t count = raw.values.size(0);
  for (size_t i = 0; i < rows.inputs().size(); ++i) {
    const auto& use = rows.inputs()[i];
    const std::string column = "column '" + use.name + "' ";
    const auto& words = use.levels.words();
    if (use.kind == ColumnKind::kNumber) {
      if (count < kFewestNoted || !counts_rows(raw.values.select(1, static_cast<int64_t>(i))))
        continue;
      notices.push_back(column + "counts the rows; if that means nothing, give --id " + use.name +
                        " or --drop " + use.name);
    } else if (are_names(words.size(), count)) {
      notices.push_back(column + "has " + std::to_string(words.size()) + " different words in " +
                        std::to_string(count) + " rows; if they are names, give --id " + use.name +
                        " or --drop " + use.name);
    } else if (const CellLook look = look_of(words[0]); look == CellLook::kUnit) {
      notices.push_back(column + "is read as words: '" + words[0] + "' " + advice_on(look));
    }
  }
}

/// A label of many numbers is a quantity, and no class.
void note_label(const Table& table, int64_t rows, std::vector<std::string>& notices) {
  const auto& words = table.label_levels;
  if (!is_quantity(words) || 5 * std::ssize(words) < rows) return;
  notices.push_back("the label '" + table.label + "' has " + std::to_string(words.size()) +
                    " different numbers, each taken as a class; for a colour alone, give --drop " +
                    table.label + ", and scatter --colour " + table.label);
}

}  // namespace

bool is_quantity(const std::vector<std::string>& words) {
  constexpr size_t kMostClasses = 20;
  return words.size() > kMostClasses &&
         std::ranges::all_of(words, [](const auto& word) { return as_number(word).has_value(); });
}

Dataset read_table(const DataOptions& options, const RowRanges* only) {
  auto table = std::make_shared<Table>();
  Dataset dataset;
  TableRows rows = learning_rows(options, only, *table, dataset.notices);
  RawTable raw = read_rows(rows, 0);
  const int64_t count = raw.values.size(0);
  if (count < 2) {
    throw std::invalid_argument("'" + options.data + "' has " + std::to_string(count) +
                                (count == 1 ? " row" : " rows") +
                                (rows.dropped() > 0 ? " without empty cells" : "") +
                                "; 2 or more are needed to learn from");
  }
  sort_levels(rows, raw.values);
  note_columns(rows, raw, dataset.notices);
  keep_varying(rows, raw, *table, dataset.notices);
  if (table->columns.empty()) {
    throw std::invalid_argument("'" + options.data + "': no column varies from row to row");
  }
  const auto label_ranks = rows.label_levels().sort();
  table->label_levels = rows.label_levels().words();
  note_label(*table, count, dataset.notices);
  dataset.samples = one_hot(raw.values, table->columns);
  add_names(dataset, std::move(raw), rows.dropped());
  if (dataset.labels.defined()) dataset.labels = renumbered(dataset.labels, label_ranks);
  dataset.label_words = table->label_levels;
  dataset.label_name = table->label;
  dataset.id_name = table->id;
  dataset.table = table;
  dataset.name = options.data;
  return dataset;
}

}  // namespace diabolo
