#include "lib/data/table_reader.hpp"

#include <algorithm>
#include <stdexcept>

#include "lib/data/table_values.hpp"

namespace diabolo {
namespace {

constexpr int64_t kKindRows = 1000;

/// Which columns hold numbers, judged by the first rows.
std::vector<ColumnKind> column_kinds(const DataOptions& options) {
  const auto source = open_table(options.data, options.delimiter);
  const size_t columns = source->names().size();
  std::vector<int64_t> numbers(columns, 0);
  std::vector<int64_t> texts(columns, 0);
  int64_t rows = 0;
  for (; rows < kKindRows && source->next(); ++rows) {
    for (size_t i = 0; i < columns; ++i) {
      const std::string_view cell = source->text(i);
      if (!cell.empty()) ++(as_number(cell) ? numbers : texts)[i];
    }
  }
  if (rows == 0) {
    throw std::invalid_argument("'" + options.data + "' holds the names of columns and no rows");
  }
  std::vector<ColumnKind> kinds;
  for (size_t i = 0; i < columns; ++i) {
    kinds.push_back(numbers[i] >= texts[i] ? ColumnKind::kNumber : ColumnKind::kCategory);
  }
  return kinds;
}

TableRows learning_rows(const DataOptions& options, Table& table) {
  const std::vector<ColumnKind> kinds = column_kinds(options);
  TableRows rows(open_table(options.data, options.delimiter),
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
  for (size_t i = 0; i < source.names().size(); ++i) {
    const std::string& name = source.names()[i];
    if (name == table.label || name == table.id || contains(table.left_out, name)) continue;
    rows.inputs().push_back({.at = i, .name = name, .kind = kinds[i], .levels = {}});
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

bool varies(const torch::Tensor& cells) {
  const auto values = filled_cells(cells);
  return values.size(0) > 0 && values.min().item<float>() < values.max().item<float>();
}

/// Leaves constant columns out of `raw` and names them.
void keep_varying(TableRows& rows, RawTable& raw, Table& table, std::vector<std::string>& notices) {
  std::vector<int64_t> kept;
  std::string constant;
  for (size_t i = 0; i < rows.inputs().size(); ++i) {
    const auto& use = rows.inputs()[i];
    if (varies(raw.values.select(1, static_cast<int64_t>(i)))) {
      kept.push_back(static_cast<int64_t>(i));
      table.columns.push_back({.name = use.name, .kind = use.kind, .levels = use.levels.words()});
    } else {
      table.left_out.push_back(use.name);
      constant += (constant.empty() ? "'" : ", '") + use.name + "'";
    }
  }
  if (constant.empty()) return;
  notices.push_back("left out, since every row has the same value there: " + constant);
  raw.values = raw.values.index_select(1, torch::tensor(kept, torch::kInt64));
}

}  // namespace

Dataset read_table(const DataOptions& options) {
  auto table = std::make_shared<Table>();
  TableRows rows = learning_rows(options, *table);
  RawTable raw = read_rows(rows, 0);
  const int64_t count = raw.values.size(0);
  if (count < 2) {
    throw std::invalid_argument("'" + options.data + "' has " + std::to_string(count) +
                                (count == 1 ? " row" : " rows") +
                                (rows.dropped() > 0 ? " without empty cells" : "") +
                                "; 2 or more are needed to learn from");
  }
  sort_levels(rows, raw.values);
  Dataset dataset;
  keep_varying(rows, raw, *table, dataset.notices);
  if (table->columns.empty()) {
    throw std::invalid_argument("'" + options.data + "': no column varies from row to row");
  }
  const auto label_ranks = rows.label_levels().sort();
  table->label_levels = rows.label_levels().words();
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
