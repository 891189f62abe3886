#include "lib/data/table_values.hpp"

#include <algorithm>
#include <stdexcept>

namespace diabolo {
namespace {

constexpr int64_t kFirstRows = 4096;

/// Grows to hold `rows` rows. Memory is taken by the page when it is written to, so that room for
/// more rows than there are costs nothing.
void make_room(torch::Tensor& values, int64_t rows) {
  auto larger = torch::empty({rows, values.size(1)});
  larger.narrow(0, 0, values.size(0)).copy_(values);
  values = larger;
}

}  // namespace

RawTable read_rows(TableRows& rows, int64_t most) {
  const auto columns = static_cast<int64_t>(rows.inputs().size());
  RawTable raw{
      .values = torch::empty({most > 0 ? most : kFirstRows, columns}), .labels = {}, .ids = {}};
  int64_t count = 0;
  auto* to = raw.values.data_ptr<float>();
  while (most == 0 || count < most) {
    if (count == raw.values.size(0)) {
      const auto likely = static_cast<double>(rows.source().likely_rows());
      make_room(raw.values, std::max(static_cast<int64_t>(1.02 * likely), count + count / 2));
      to = raw.values.data_ptr<float>();
    }
    if (!rows.next(to + count * columns, raw.labels, raw.ids)) break;
    ++count;
  }
  raw.values = raw.values.narrow(0, 0, count);
  return raw;
}

torch::Tensor one_hot(const torch::Tensor& raw, const std::vector<Column>& columns) {
  const auto is_number = [](const Column& column) { return column.kind == ColumnKind::kNumber; };
  if (std::ranges::all_of(columns, is_number)) return raw;
  std::vector<torch::Tensor> parts;
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto cells = raw.narrow(1, static_cast<int64_t>(i), 1);
    if (is_number(columns[i])) {
      parts.push_back(cells);
      continue;
    }
    const auto numbers = torch::arange(columns[i].width(), torch::kFloat32);
    parts.push_back(cells.eq(numbers).to(torch::kFloat32).masked_fill_(cells.isnan(), NAN));
  }
  return torch::cat(parts, 1);
}

void add_names(Dataset& dataset, RawTable raw, int64_t dropped) {
  dataset.sample_names = std::move(raw.ids);
  if (!raw.labels.empty()) dataset.labels = torch::tensor(raw.labels, torch::kInt64);
  dataset.dropped = dropped;
  if (dropped > 0) {
    dataset.notices.push_back("rows left out for their empty cells: " + std::to_string(dropped));
  }
}

std::vector<std::string> split_names(const std::string& list) {
  std::vector<std::string> names;
  for (size_t begin = 0; begin < list.size();) {
    const size_t end = std::min(list.find(',', begin), list.size());
    if (end > begin) names.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return names;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

size_t find_column(const TableSource& source, const std::string& name, const std::string& file,
                   const std::string& option) {
  const auto& names = source.names();
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return static_cast<size_t>(found - names.begin());
  throw std::invalid_argument("'" + file + "': " + option + ": " +
                              unknown_word("column", name, names));
}

}  // namespace diabolo
