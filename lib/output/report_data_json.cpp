#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "lib/output/report_images.hpp"
#include "lib/output/report_json.hpp"
#include "lib/output/report_text.hpp"

namespace diabolo {
namespace {

using nlohmann::ordered_json;

constexpr size_t kRowColumns = 30;    // Of a table of rows beside their reconstructions.
constexpr size_t kHoverColumns = 12;  // Of what is shown for a point.
constexpr size_t kErrorColumns = 40;
constexpr int64_t kBars = 64;
constexpr int64_t kLines = 10;

ordered_json numbers_json(const torch::Tensor& values) {
  ordered_json numbers = ordered_json::array();
  const auto plain = values.to(torch::kFloat64).contiguous();
  for (int64_t i = 0; i < plain.numel(); ++i)
    numbers.push_back(rounded(plain.data_ptr<double>()[i]));
  return numbers;
}

std::vector<std::string> column_names(const Table& table, size_t most) {
  std::vector<std::string> names;
  for (const Column& column : table.columns) {
    if (names.size() == most) break;
    names.push_back(short_name(column.name));
  }
  return names;
}

ordered_json errors_json(const ReportErrors& errors) {
  ordered_json object = {{"model", rounded(errors.model)}, {"mean", rounded(errors.mean)}};
  if (errors.pca) object["pca"] = rounded(*errors.pca);
  if (errors.input) object["input"] = rounded(*errors.input);
  return object;
}

ordered_json columns_json(std::vector<ColumnFigures> columns) {
  ordered_json rows = ordered_json::array();
  if (columns.size() > kErrorColumns) columns.resize(kErrorColumns);
  for (const ColumnFigures& column : columns) {
    ordered_json row = {{"name", short_name(column.name)},
                        {"category", column.kind == ColumnKind::kCategory},
                        {"model", number_text(column.model)},
                        {"mean", number_text(column.mean)}};
    if (column.pca) row["pca"] = number_text(*column.pca);
    if (column.r2) row["r2"] = rounded(*column.r2);
    rows.push_back(row);
  }
  return rows;
}

/// Name, label and error of a sample.
ordered_json item_json(const ReportData& data, int64_t at) {
  ordered_json item = {{"error", rounded(data.errors[at].item<double>())}};
  const Dataset& samples = data.samples;
  if (!samples.sample_names.empty()) {
    item["name"] = short_name(samples.sample_names[static_cast<size_t>(at)]);
  }
  if (samples.labels.defined()) {
    item["label"] = short_name(samples.label_word(samples.labels[at].item<int64_t>()));
  }
  return item;
}

ordered_json samples_json(const ReportData& data, const ReportSamples& shown) {
  const Table* table = data.samples.table.get();
  std::vector<std::vector<std::string>> clean, model;
  if (table != nullptr) {
    torch::Tensor filled = data.samples.filled;
    if (filled.defined()) filled = filled.index_select(0, torch::tensor(shown.at, torch::kInt64));
    clean = cells_of(*table, shown.clean, kRowColumns, filled);
    model = cells_of(*table, shown.model, kRowColumns);
  }
  ordered_json items = ordered_json::array();
  for (size_t i = 0; i < shown.at.size(); ++i) {
    ordered_json item = item_json(data, shown.at[i]);
    const auto row = static_cast<int64_t>(i);
    if (table != nullptr) {
      item["clean"] = clean[i];
      item["model"] = model[i];
    } else {
      item["clean"] = image_uri(shown.clean[row]);
      item["model"] = image_uri(shown.model[row]);
      if (shown.input.defined()) item["input"] = image_uri(shown.input[row]);
    }
    items.push_back(item);
  }
  return items;
}

/// Up to two units: of more those with the most variance.
std::vector<int64_t> plotted_units(const torch::Tensor& shares) {
  const auto leading = std::get<1>(shares.topk(std::min<int64_t>(2, shares.size(0))));
  std::vector<int64_t> units;
  for (int64_t i = 0; i < leading.size(0); ++i) units.push_back(leading[i].item<int64_t>());
  std::ranges::sort(units);
  return units;
}

void add_groups(ordered_json& points, const Dataset& samples) {
  if (!samples.labels.defined()) return;
  std::map<int64_t, size_t> places;
  const auto labels = samples.labels.contiguous();
  const int64_t* label = labels.const_data_ptr<int64_t>();
  for (int64_t i = 0; i < labels.size(0); ++i) places[label[i]] = 0;
  ordered_json words = ordered_json::array(), groups = words;
  for (auto& [value, place] : places) {
    place = words.size();
    words.push_back(short_name(samples.label_word(value)));
  }
  for (int64_t i = 0; i < labels.size(0); ++i) groups.push_back(places[label[i]]);
  points["labelName"] = samples.table ? short_name(samples.label_name) : "label";
  points["groups"] = words;
  points["group"] = groups;
}

/// What is shown for a point: its image, or its row.
void add_looks(ordered_json& points, const Dataset& samples) {
  if (!samples.table) {
    const Sheet sheet = sheet_of(samples.samples);
    points["sheet"] = {{"uri", sheet.uri},
                       {"columns", sheet.columns},
                       {"width", sheet.width},
                       {"height", sheet.height}};
    return;
  }
  points["columns"] = column_names(*samples.table, kHoverColumns);
  points["cells"] = cells_of(*samples.table, samples.samples, kHoverColumns, samples.filled);
}

ordered_json points_json(const ReportData& data) {
  const auto units = plotted_units(data.units.shares);
  ordered_json points = {{"units", units},
                         {"of", data.units.shares.size(0)},
                         {"x", numbers_json(data.codes.select(1, units[0]))},
                         {"error", numbers_json(data.errors)}};
  if (units.size() > 1) points["y"] = numbers_json(data.codes.select(1, units[1]));
  if (!data.samples.sample_names.empty()) {
    ordered_json names = ordered_json::array();
    for (const auto& name : data.samples.sample_names) names.push_back(short_name(name));
    points["names"] = names;
  }
  add_groups(points, data.samples);
  add_looks(points, data.samples);
  return points;
}

ordered_json units_json(const ReportData& data) {
  const int64_t count = std::min(kBars, data.units.shares.size(0));
  const auto index = std::get<0>(std::get<1>(data.units.shares.topk(count)).sort());
  ordered_json units = ordered_json::array();
  for (int64_t i = 0; i < count; ++i) units.push_back(index[i].item<int64_t>());
  return {{"of", data.units.shares.size(0)},
          {"unit", units},
          {"share", numbers_json(data.units.shares.index_select(0, index))},
          {"dead", data.units.dead}};
}

/// The values that this unit moves most, each as a line in scaled units and in the file's.
ordered_json lines_json(const Table& table, const torch::Tensor& scaled) {
  const auto own = unscale_rows(table, scaled);
  const auto names = table.value_names();
  ordered_json lines = ordered_json::array();
  for (const int64_t at : most_moved(scaled, kLines)) {
    lines.push_back({{"name", short_name(names[static_cast<size_t>(at)])},
                     {"scaled", numbers_json(scaled.select(1, at))},
                     {"own", numbers_json(own.select(1, at))}});
  }
  return lines;
}

ordered_json traversal_json(const ReportData& data, const Traversal& traversal) {
  ordered_json object = {{"unit", traversal.unit},
                         {"share", rounded(data.units.shares[traversal.unit].item<double>())}};
  ordered_json values = ordered_json::array();
  for (const double value : traversal.values) values.push_back(rounded(value));
  object["values"] = values;
  if (data.samples.table) {
    object["of"] = data.samples.table->width();
    object["lines"] = lines_json(*data.samples.table, traversal.decoded);
  } else {
    const int64_t steps = traversal.decoded.size(0);
    object["image"] = image_uri(strip_of(traversal.decoded), kShownSide, steps);
  }
  return object;
}

}  // namespace

void add_data(ordered_json& page, const RunReport& report, const ReportData& data) {
  page["images"] = data.samples.table == nullptr;
  page["shape"] = data.samples.sample_shape();
  page["scale"] = to_text(report.options.data.scale);
  page["samples"] = {{"judged", data.judged},
                     {"ofJudged", data.of_judged},
                     {"shown", data.samples.size()},
                     {"of", data.of_all},
                     {"trainingRows", data.on_training_rows}};
  page["clean"] = errors_json(data.clean);
  if (data.noisy) page["noisy"] = errors_json(*data.noisy);
  if (data.samples.table) {
    page["columnNames"] = column_names(*data.samples.table, kRowColumns);
    page["columnCount"] = data.samples.table->columns.size();
    page["columns"] = columns_json(data.columns);
  }
  page["examples"] = samples_json(data, data.examples);
  page["worst"] = samples_json(data, data.worst);
  page["best"] = samples_json(data, data.best);
  page["points"] = points_json(data);
  page["histogram"] = {{"low", data.histogram.low},
                       {"high", data.histogram.high},
                       {"counts", data.histogram.counts},
                       {"open", data.histogram.open}};
  page["units"] = units_json(data);
  page["traversals"] = ordered_json::array();
  for (const Traversal& traversal : data.traversals) {
    page["traversals"].push_back(traversal_json(data, traversal));
  }
}

}  // namespace diabolo
