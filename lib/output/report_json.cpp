#include "lib/output/report_json.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lib/analysis/verdict.hpp"
#include "lib/output/chart_text.hpp"
#include "lib/output/report_text.hpp"
#include "lib/training/config.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

using nlohmann::ordered_json;

constexpr size_t kCurvePoints = 600;

/// Epochs that a curve is drawn through: of many, evenly chosen ones, the best and the last.
std::vector<const EpochReport*> drawn_epochs(const std::vector<EpochReport>& history,
                                             int64_t best) {
  const size_t stride = history.size() / kCurvePoints + 1;
  std::vector<const EpochReport*> epochs;
  for (size_t i = 0; i < history.size(); ++i) {
    const bool kept = history[i].epoch == best || i + 1 == history.size();
    if (i % stride == 0 || kept) epochs.push_back(&history[i]);
  }
  return epochs;
}

ordered_json curves_json(const RunReport& report) {
  const int64_t best = best_epoch_of(report);
  ordered_json epoch = ordered_json::array(), train = epoch, validation = epoch, mse = epoch;
  for (const EpochReport* at : drawn_epochs(report.history, best)) {
    epoch.push_back(at->epoch);
    train.push_back(rounded(at->train_loss));
    if (!at->validation_mse) continue;
    validation.push_back(rounded(at->validation_loss));
    mse.push_back(rounded(*at->validation_mse));
  }
  return {{"epoch", epoch}, {"train", train}, {"validation", validation},
          {"mse", mse},     {"best", best},   {"loss", to_text(report.options.training.loss)}};
}

template <typename Options>
ordered_json section_json(const Options& options) {
  ordered_json rows = ordered_json::array();
  for (const ConfigEntry& entry : entries_of(options, Unset::kAuto)) {
    const std::string value =
        std::visit([](const auto& alternative) { return to_text(alternative); }, entry.value);
    rows.push_back({{"name", entry.name}, {"value", short_name(value)}, {"help", entry.help}});
  }
  return rows;
}

ordered_json options_json(const RunOptions& options) {
  return {{"data", section_json(options.data)},
          {"model", section_json(options.model)},
          {"training", section_json(options.training)}};
}

ordered_json network_json(const RunReport& report) {
  const AutoencoderOptions& model = report.options.model;
  ordered_json network = {{"arch", to_text(model.arch)}, {"latent", model.latent}};
  const bool conv = model.arch == Architecture::kConv;
  network["widths"] = conv ? model.channels : model.hidden;
  if (!report.sample_shape.empty()) network["values"] = values_in(report.sample_shape);
  if (!report.code_shape.empty()) network["code"] = values_in(report.code_shape);
  return network;
}

ordered_json summary_json(const RunSummary& summary) {
  ordered_json object;
  for (const ConfigEntry& entry : entries_of(summary)) {
    std::visit([&](const auto& value) { object[entry.name] = value; }, entry.value);
  }
  return object;
}

void add_verdict(ordered_json& page, const RunErrors& errors, bool rows) {
  if (!errors.model || !errors.pca) return;
  const Verdict found = verdict({.model = *errors.model,
                                 .pca = *errors.pca,
                                 .samples = errors.samples,
                                 .rows = rows,
                                 .trained_on = errors.on_training_rows,
                                 .chose_epoch = !errors.on_training_rows});
  page["verdict"] = found.sentence;
  page["headline"] = {{"large", found.headline}, {"small", found.below}};
}

}  // namespace

ordered_json run_json(const RunReport& report) {
  ordered_json page = {{"kind", "run"},
                       {"run", one_line(report.run)},
                       {"data", one_line(report.options.data.data)},
                       {"noise", to_text(report.options.training.noise)},
                       {"judgesNoisy", judges_noisy(report.options)},
                       {"network", network_json(report)}};
  const RunErrors errors = errors_of(report);
  ordered_json figures = {{"trainingRows", errors.on_training_rows},
                          {"noisyInput", errors.noisy_input}};
  if (errors.model) figures["model"] = rounded(*errors.model);
  if (errors.pca) figures["pca"] = rounded(*errors.pca);
  page["errors"] = figures;
  add_verdict(page, errors, is_table(report.options.data));
  if (report.summary) page["summary"] = summary_json(*report.summary);
  if (!report.history.empty()) page["curves"] = curves_json(report);
  page["options"] = options_json(report.options);
  if (report.data) {
    add_data(page, report, *report.data);
  } else {
    page["note"] = one_line(report.without_data);
  }
  return page;
}

ordered_json comparison_row(const RunReport& report) {
  const RunErrors errors = errors_of(report);
  ordered_json row = {{"run", one_line(report.run)},
                      {"data", one_line(report.options.data.data)},
                      {"noise", to_text(report.options.training.noise)},
                      {"network", network_json(report)},
                      {"seed", report.options.training.seed},
                      {"trainingRows", errors.on_training_rows},
                      {"noisyInput", errors.noisy_input}};
  double seconds = 0;
  for (const auto& epoch : report.history) seconds += epoch.seconds;
  row["epochs"] = report.history.empty() ? 0 : report.history.back().epoch;
  row["best"] = best_epoch_of(report);
  row["seconds"] = rounded(seconds);
  if (errors.model) row["mse"] = rounded(*errors.model);
  if (errors.pca) row["pca"] = rounded(*errors.pca);
  if (errors.model && errors.pca && *errors.pca > 0) {
    row["ratio"] = rounded(*errors.model / *errors.pca);
  }
  if (report.summary) {
    row["parameters"] = report.summary->parameters;
    row["stopped"] = report.summary->stopped;
    row["dataSha256"] = report.summary->data_sha256;
  }
  if (!report.history.empty()) row["curves"] = curves_json(report);
  return row;
}

}  // namespace diabolo
