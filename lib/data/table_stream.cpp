#include "lib/data/table_stream.hpp"

#include <stdexcept>
#include <unordered_map>
#include <unordered_set>

#include "lib/data/table_values.hpp"

namespace diabolo {
namespace {

/// Takes the columns of the model from wherever they stand.
void use_inputs(TableRows& rows, const Table& table, const std::string& file) {
  const auto& names = rows.source().names();
  std::unordered_map<std::string_view, size_t> places;
  for (size_t i = 0; i < names.size(); ++i) places.emplace(names[i], i);
  for (const Column& column : table.columns) {
    const auto found = places.find(column.name);
    if (found == places.end()) {
      throw std::invalid_argument("'" + file + "' has no column '" + column.name +
                                  "', which the model was trained with");
    }
    rows.inputs().push_back({.at = found->second,
                             .name = column.name,
                             .kind = column.kind,
                             .levels = Levels(column.levels)});
  }
}

void refuse_unknown_columns(const TableRows& rows, const Table& table, const DataOptions& options) {
  std::unordered_set<std::string> expected(table.left_out.begin(), table.left_out.end());
  for (const auto& name : split_names(options.drop)) expected.insert(name);
  for (const Column& column : table.columns) expected.insert(column.name);
  expected.insert({table.label, table.id, options.label, options.id});
  for (const auto& name : rows.source().names()) {
    if (expected.contains(name)) continue;
    throw std::invalid_argument(
        "'" + options.data + "' has a column '" + name +
        "', which the model was not trained with; leave it out with --drop");
  }
}

/// Where a column that may be missing stands: the one that was asked for, or the model's.
std::optional<size_t> find_optional(const TableSource& source, const std::string& asked,
                                    const std::string& known, const std::string& file,
                                    const std::string& option) {
  if (!asked.empty()) return find_column(source, asked, file, option);
  if (known.empty() || !contains(source.names(), known)) return {};
  return find_column(source, known, file, option);
}

}  // namespace

TableStream::TableStream(const DataOptions& options, std::shared_ptr<const Table> known,
                         const std::vector<std::string>& beside)
    : table_(std::move(known)),
      label_name_(options.label.empty() ? table_->label : options.label),
      id_name_(options.id.empty() ? table_->id : options.id),
      rows_(std::make_unique<TableRows>(open_table(options.data, options.delimiter),
                                        options.missing.value_or(Missing::kError),
                                        /*learning=*/false)) {
  use_inputs(*rows_, *table_, options.data);
  refuse_unknown_columns(*rows_, *table_, options);
  const TableSource& source = rows_->source();
  const auto label = find_optional(source, options.label, table_->label, options.data, "--label");
  const bool same = options.label.empty() || options.label == table_->label;
  if (label) rows_->use_label(*label, same ? table_->label_levels : std::vector<std::string>());
  const auto id = find_optional(source, options.id, table_->id, options.data, "--id");
  if (id) rows_->use_id(*id);
  std::vector<size_t> places;
  for (size_t at = 0; at < source.names().size(); ++at) {
    if (!contains(beside, source.names()[at])) continue;
    beside_.push_back(source.names()[at]);
    places.push_back(at);
  }
  rows_->use_beside(places);
}

TableStream::~TableStream() = default;

Dataset TableStream::next(int64_t count) {
  const int64_t dropped = rows_->dropped();
  RawTable raw = read_rows(*rows_, count);
  Dataset dataset;
  dataset.samples = one_hot(raw.values, table_->columns);
  dataset.filled = empty_cells(dataset.samples);
  scale_rows(*table_, dataset.samples);
  add_names(dataset, std::move(raw), rows_->dropped() - dropped);
  dataset.beside = {.names = beside_, .rows = rows_->take_beside()};
  dataset.table = table_;
  dataset.label_name = label_name_;
  dataset.id_name = id_name_;
  dataset.label_words = rows_->label_levels().words();
  return dataset;
}

int64_t TableStream::likely_rows() const { return rows_->source().likely_rows(); }

}  // namespace diabolo
