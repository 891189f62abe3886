#include "app/run_report.hpp"

#include "app/terminal.hpp"
#include "lib/formats/file.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

void add_shapes(RunReport& report, const TrainedModel& model) {
  report.sample_shape = model.network->options().sample_shape;
  report.code_shape = model.network->options().code_shape();
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
  try {
    RunReport page{.run = work.folder.path().string(),
                   .options = work.options,
                   .sample_shape = {},
                   .code_shape = {},
                   .history = report.epochs(),
                   .summary = summary,
                   .data = report_data(work.model, work.data.split),
                   .without_data = {}};
    add_shapes(page, work.model);
    formats::write_file_atomically(work.folder.report(), report_page(page));
  } catch (const std::exception& error) {
    warn(std::string("no report was written: ") + error.what());
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
    warn(error.what());
  }
  return report;
}

void add_run_data(RunReport& report, const std::string& data_dir) {
  try {
    const TrainedModel model = load_model(report.run);
    report.data = report_data(model, split_of_run(report, data_dir));
  } catch (const std::exception& error) {
    report.without_data = error.what();
    warn(report.run + ": the report shows no samples: " + report.without_data);
  }
}

}  // namespace diabolo::app
