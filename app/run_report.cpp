#include "app/run_report.hpp"

#include <c10/util/Exception.h>

#include <functional>

#include "app/terminal.hpp"
#include "lib/formats/file.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

void add_shapes(RunReport& report, const TrainedModel& model) {
  report.sample_shape = model.network->options().sample_shape;
  report.code_shape = model.network->options().code_shape();
}

std::string reason_of(const std::exception& error) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  return torch_error != nullptr ? torch_error->what_without_backtrace() : error.what();
}

/// Adds what `make` gives, or why it gives nothing.
void add_data(RunReport& report, const std::function<ReportData()>& make) {
  try {
    report.data = make();
  } catch (const std::exception& error) {
    report.without_data = reason_of(error);
    warn(report.run + ": the report shows no samples: " + report.without_data);
  }
}

/// Throws std::runtime_error when the data are not those of the training.
Split split_of_run(const RunReport& report, const std::string& data_dir) {
  RunOptions options = report.options;
  if (!data_dir.empty()) options.data.data_dir = data_dir;
  PreparedData data = prepare_data(options);
  if (report.summary && data.hash != report.summary->data_sha256) {
    throw std::runtime_error("'" + options.data.data +
                             "' has changed since the run was trained on it");
  }
  return data.split;
}

}  // namespace

void write_run_report(const Work& work, const RunSummary& summary, const TrainReport& report) {
  RunReport page{.run = work.folder.path().string(),
                 .options = work.options,
                 .sample_shape = {},
                 .code_shape = {},
                 .history = report.epochs(),
                 .summary = summary,
                 .data = {},
                 .without_data = {}};
  add_shapes(page, work.model);
  add_data(page, [&] { return report_data(work.model, work.data.split); });
  try {
    formats::write_file_atomically(work.folder.report(), report_page(page));
  } catch (const std::exception& error) {
    warn("no report was written: " + reason_of(error));
  }
}

RunReport read_run(const std::string& folder) {
  const RunFolder run(folder);
  if (!fs::exists(run.config())) {
    throw std::invalid_argument("'" + folder + "' is no run folder: it has no config.toml");
  }
  RunReport report;
  report.run = folder;
  read_run_config(run.config(), report.options);
  report.history = run.read_metrics();
  report.summary = run.read_summary();
  if (!fs::exists(run.model())) return report;
  try {
    add_shapes(report, load_model(folder));
  } catch (const std::exception& error) {
    warn(reason_of(error));
  }
  return report;
}

void add_run_data(RunReport& report, const std::string& data_dir) {
  add_data(report, [&] {
    const TrainedModel model = load_model(report.run);
    return report_data(model, split_of_run(report, data_dir));
  });
}

}  // namespace diabolo::app
