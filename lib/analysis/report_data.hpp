#pragma once

#include <optional>
#include <vector>

#include "lib/analysis/column_figures.hpp"
#include "lib/analysis/traversal.hpp"
#include "lib/data/split.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo {

/// Most samples that a report looks at; fewer of large ones, so that their values stay below
/// kReportValues.
inline constexpr int64_t kReportSamples = 5'000;
inline constexpr int64_t kReportValues = 100'000'000;

/// MSE per value, means over the samples that a report judges by.
struct ReportErrors {
  double model = 0, mean = 0;   ///< The network's; that of answering with mean_answer().
  std::optional<double> pca;    ///< Not where the code is no smaller than a sample.
  std::optional<double> input;  ///< Of the noisy samples themselves, where there is noise.
};

/// Some samples beside what becomes of them, all [n, ...sample shape] float32 as the network sees
/// them.
struct ReportSamples {
  std::vector<int64_t> at;  ///< Places in ReportData::samples.
  torch::Tensor clean, model;
  torch::Tensor input;  ///< What the network saw; undefined when that is `clean`.
};

/// Bars of equal width.
struct Histogram {
  double low = 0, high = 0;  ///< Where the first begins and the last ends.
  std::vector<int64_t> counts;
  bool open = false;  ///< The last holds also all that lie beyond `high`.
};

/// What a report of a run shows of its data.
struct ReportData {
  /// Those that training kept apart come first, then rows that it trained on.
  Dataset samples;
  int64_t judged = 0;                 ///< So many of the first were kept apart; or, if none, all.
  bool on_training_rows = false;      ///< None were kept apart.
  int64_t of_judged = 0, of_all = 0;  ///< How many there were to draw from.
  Noise noise;                        ///< On the input of `errors` and of the samples below.

  torch::Tensor codes;   ///< [N, K] float32, of clean samples.
  torch::Tensor errors;  ///< [N] float64, MSE per value of each sample.
  ReportErrors clean;
  std::optional<ReportErrors> noisy;   ///< With `noise` on the input, if there is any.
  std::vector<ColumnFigures> columns;  ///< Of a table.

  ReportSamples examples, worst, best;
  Histogram histogram;  ///< Of the errors of those judged.
  UnitVariances units;
  std::vector<Traversal> traversals;  ///< The units that vary most, in that order; no dead ones.
                                      ///< None where a code alone cannot be decoded.
};

/// Draws samples by a fixed seed and runs the model on them. Of a run with noise, images are shown
/// noisy and cleaned; rows of tables, where noise is there to hold the network back, as they are.
/// split  the samples that `model` was trained with
ReportData report_data(const TrainedModel& model, const Split& split);

/// values  [n] finite, n >= 1
Histogram histogram_of(const torch::Tensor& values);

}  // namespace diabolo
