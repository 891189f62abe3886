#pragma once

#include <string>
#include <vector>

#include "lib/training/find_usual.hpp"

namespace diabolo {

/// How unusual each sample is.
struct Anomalies {
  torch::Tensor scores;      ///< [N] float64: mean of unusual_values() over the sample's values.
  torch::Tensor pca_scores;  ///< The same by PCA of the same code size; undefined without it.
  torch::Tensor columns;     ///< Of a table [N, columns] float64: what each adds to the score.
  torch::Tensor nearest;     ///< Of a table [N, D] float32, scaled: the nearest usual row.
};

/// Throws std::invalid_argument if the data have another shape than the model's, or no samples.
/// model  its `usual` is known
Anomalies find_anomalies(const TrainedModel& model, const Dataset& dataset);

/// Sums over the values of each column: of one-hot values over its levels.
/// values [N, D]; returns [N, columns] float64
torch::Tensor by_column(const Table& table, const torch::Tensor& values);

/// One column's part in the score of a row.
struct Reason {
  size_t column = 0;             ///< Index into Table::columns.
  double share = 0;              ///< Of the score, 0 to 1.
  double value = 0, usual = 0;   ///< Of a number, in the units of its file: the row's, and the
                                 ///< nearest usual row's.
  std::string word, usual_word;  ///< The same of a category.
};

/// The `most` columns that add most to the score of row `row`, the greatest first; fewer where
/// there are fewer, or the score is 0.
std::vector<Reason> reasons_of(const Dataset& dataset, const Anomalies& found, int64_t row,
                               size_t most);

/// What scores are judged by: the value that a share `quantile` of the usual scores does not
/// exceed. Linear between order statistics, as numpy.quantile. quantile in (0, 1)
double threshold(const UsualCodes& usual, double quantile);

/// Samples that a quantile takes at least, so that one of them can lie above it.
int64_t least_samples(double quantile);

}  // namespace diabolo
