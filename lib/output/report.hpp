#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lib/analysis/report_data.hpp"
#include "lib/training/run_folder.hpp"

namespace diabolo {

/// What a report says of one run. All but `run` and `options` may be missing.
struct RunReport {
  std::string run;  ///< The folder, as the user wrote it.
  RunOptions options;
  std::vector<int64_t> sample_shape, code_shape;  ///< Empty when there is no model.
  std::vector<EpochReport> history;
  std::optional<RunSummary> summary;  ///< Nothing when the run has not ended.
  std::optional<ReportData> data;
  std::string without_data;  ///< A sentence: why there is no `data`.
};

/// One HTML page that shows a run: curves, figures beside PCA's, samples, codes, errors, what each
/// code unit does. All that it needs is within it, and it asks no network for anything. Texts of
/// users may hold any bytes.
std::string report_page(const RunReport& report);

/// One HTML page with a row a run, and their validation curves over each other. `data` are not
/// looked at. Throws std::invalid_argument for fewer than two runs.
std::string comparison_page(const std::vector<RunReport>& runs);

/// The error of a run, per value, and PCA's on the same input: of the samples that training kept
/// apart, or of a table without them of its training rows.
struct RunErrors {
  std::optional<double> model, pca;
  bool on_training_rows = false;
  bool noisy_input = false;
  int64_t samples = 0;  ///< That they are means over; 0 when nobody knows.
};

/// Whether training validates with noise on the input: of images, which are to be cleaned. Rows of
/// tables are judged as they are.
bool judges_noisy(const RunOptions& options);

/// Of a run without noise, as its summary has it; else of its data: of images with the noise, of
/// tables without. The summary's error of PCA is without, so that where the data of images with
/// noise are gone, PCA's is left out.
RunErrors errors_of(const RunReport& report);

/// The epoch with the least validation loss; 0 when there was none.
int64_t best_epoch_of(const RunReport& report);

}  // namespace diabolo
