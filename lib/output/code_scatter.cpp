#include "lib/output/code_scatter.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/analysis/code_quality.hpp"
#include "lib/analysis/evaluate.hpp"
#include "lib/data/random.hpp"
#include "lib/data/table_reader.hpp"
#include "lib/data/table_rows.hpp"
#include "lib/data/table_values.hpp"
#include "lib/output/pictures.hpp"

namespace diabolo {
namespace {

/// Training samples among them, so another figure than that of validation.
std::string mse_text(const Dataset& dataset, double mse) {
  return std::string("MSE of these ") + (dataset.table ? "rows " : "images ") +
         captions_of(torch::tensor({mse}), 4, "")[0];
}

ScatterPanel code_panel(const torch::Tensor& codes, const std::string& mse, bool equal_scale) {
  const auto units = pictured_units(codes);
  ScatterPanel panel{.title = "autoencoder",
                     .axes = {},
                     .points = codes.index_select(1, units),
                     .equal_scale = equal_scale};
  if (units.size(0) < codes.size(1)) {
    panel.title += ", 2 units of " + std::to_string(codes.size(1)) + " with the most variance";
  }
  panel.title += ": " + mse;
  for (int64_t i = 0; i < units.size(0); ++i) {
    panel.axes.push_back("code " + std::to_string(units[i].item<int64_t>() + 1));
  }
  return panel;
}

ScatterPanel pca_panel(const Pca& pca, const torch::Tensor& x, int64_t axes, const std::string& mse,
                       bool equal_scale) {
  const int64_t shown = std::min(axes, pca.size());
  ScatterPanel panel{.title = "PCA: " + mse,
                     .axes = {},
                     .points = pca.encode(x).narrow(1, 0, shown),
                     .equal_scale = equal_scale};
  for (int64_t i = 0; i < shown; ++i) {
    panel.axes.push_back("component " + std::to_string(i + 1));
    if (!pca.share.defined()) continue;  // A model of an earlier version.
    const auto percent = std::lround(100 * pca.share[i].item<double>());
    // An axis in space is short.
    panel.axes.back() +=
        " (" + std::to_string(percent) + (shown < 3 ? " % of the data's variance)" : " %)");
  }
  return panel;
}

/// At most kScatterPoints of the indices 0 … count - 1, ascending.
torch::Tensor drawn_samples(int64_t count) {
  auto chosen = permutation(count, random_state(0, Purpose::kSubsample, 0, 1));
  if (count > kScatterPoints) chosen.resize(static_cast<size_t>(kScatterPoints));
  std::ranges::sort(chosen);
  return torch::tensor(chosen, torch::kInt64);
}

PointColours shades_or_groups(const std::vector<std::string>& cells, const std::string& name) {
  PointColours colours{.name = name, .groups = {}, .group_of = {}, .values = {}};
  std::vector<float> values;
  Levels levels;
  std::vector<int64_t> numbers;
  for (const auto& cell : cells) {
    const auto number = as_number(cell);
    if (number && std::isfinite(*number)) values.push_back(*number);
    numbers.push_back(levels.add(cell.empty() ? "(none)" : cell));
  }
  if (values.size() == cells.size()) {
    colours.values = torch::tensor(values);
    return colours;
  }
  const auto ranks = torch::tensor(levels.sort(), torch::kInt64);
  colours.groups = levels.words();
  colours.group_of = ranks.index_select(0, torch::tensor(numbers, torch::kInt64));
  return colours;
}

PointColours by_label(const Dataset& dataset, const std::string& name) {
  if (is_quantity(dataset.label_words)) {
    std::vector<std::string> cells;
    const auto labels = dataset.labels.contiguous();
    for (int64_t i = 0; i < dataset.size(); ++i) {
      cells.push_back(dataset.label_word(labels[i].item<int64_t>()));
    }
    return shades_or_groups(cells, name);
  }
  PointColours colours{.name = name, .groups = {}, .group_of = dataset.labels, .values = {}};
  const auto count = dataset.labels.max().item<int64_t>() + 1;
  for (int64_t i = 0; i < count; ++i) colours.groups.push_back(dataset.label_word(i));
  return colours;
}

}  // namespace

PointColours colours_of(const Dataset& dataset, const DataOptions& data,
                        const std::string& column) {
  const std::string& label = dataset.label_name;
  if (column.empty() || column == label) {
    if (dataset.labels.defined()) return by_label(dataset, label);
    if (column.empty()) return {};
  }
  if (!dataset.table) throw std::invalid_argument("--colour: images have no columns");
  const Located found = locate(data, Part::kTest);
  const auto source = open_table(found.table.data, found.table.delimiter);
  const size_t at = find_column(*source, column, data.data, "--colour");
  std::vector<std::string> cells;
  while (source->next()) cells.emplace_back(source->text(at));
  if (static_cast<int64_t>(cells.size()) != dataset.size()) {
    throw std::invalid_argument(
        "--colour: rows were left out for their empty cells, so that the "
        "column does not match the codes; give --missing mean");
  }
  return shades_or_groups(cells, column);
}

void draw_codes(const TrainedModel& model, const Dataset& dataset, const PointColours& colours,
                const std::string& title, const std::filesystem::path& png) {
  require_same_shape(model, dataset);
  const Evaluation errors = evaluate(model, dataset);
  const auto index = drawn_samples(dataset.size());
  // Codes of tables are oriented, so that distances mean something; those of images are not.
  const bool equal = dataset.table != nullptr;
  const auto samples = dataset.samples.index_select(0, index);
  std::vector<ScatterPanel> panels = {
      code_panel(codes_of(model, samples), mse_text(dataset, errors.model.mse), equal)};
  const auto axes = static_cast<int64_t>(panels[0].axes.size());
  if (errors.pca && model.pca.size() > 0) {
    panels.push_back(
        pca_panel(model.pca, to_unit(samples), axes, mse_text(dataset, errors.pca->mse), equal));
  }
  PointColours drawn = colours;
  if (drawn.group_of.defined()) drawn.group_of = drawn.group_of.index_select(0, index);
  if (drawn.values.defined()) drawn.values = drawn.values.index_select(0, index);
  const bool named = dataset.table && dataset.sample_names.size() <= kMostNamedPoints;
  std::string whole = title;
  if (index.size(0) < dataset.size()) {
    whole += " (" + std::to_string(index.size(0)) + " of " + std::to_string(dataset.size()) + ")";
  }
  draw_scatter(whole, panels, drawn, named ? dataset.sample_names : std::vector<std::string>(),
               png);
}

}  // namespace diabolo
