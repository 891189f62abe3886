#pragma once

#include "lib/training/trained_model.hpp"

namespace diabolo {

/// What a code takes from one column of a table.
struct CarriedColumn {
  size_t column = 0;  ///< Index into Table::columns.
  double loss =
      0;  ///< Of the other columns' variance, what is no longer rebuilt once it is shuffled.
  double chance = 1;     ///< Of losing so much by chance.
  bool carried = false;  ///< The claim: the code ties it to other columns.
};

/// Which columns each number of a code carries.
struct CodeExplanation {
  int64_t rows = 0;  ///< That losses were judged on.
  /// [columns, K] float64: integrated gradients (Sundararajan et al. 2017) of each number of the
  /// code by each column, from the mean training row to a row; mean of their sizes over rows, as a
  /// share of the unit's: every column of the matrix sums to 1, but for units that never change.
  /// Negative where the unit falls as the column grows; categories have no sign.
  torch::Tensor shares;
  /// [columns, K] float64: the share of a unit's variance that goes with the column: how far the
  /// unit moves, squared, when the column is shuffled, over twice its variance (Saltelli's total
  /// effect).
  torch::Tensor effects;
  std::vector<CarriedColumn> columns;  ///< One a column, in the order of the table.
};

inline constexpr int64_t kLeastCodeRows = 20;  ///< Fewer say nothing.
inline constexpr double kLeastLoss = 0.01;     ///< Less is no claim, however certain.

/// Shuffling a column that has nothing to do with the others cannot change how well these are
/// rebuilt, but by chance: each claim is tested against 99 shufflings, and at most a share `rate`
/// of them is expected to be wrong (Benjamini and Hochberg 1995).
/// dataset  rows that the model was not trained on; up to 1,000 are drawn by a fixed seed
/// Throws std::invalid_argument for fewer than kLeastCodeRows rows.
CodeExplanation explain_codes(const TrainedModel& model, const Dataset& dataset, double rate);

}  // namespace diabolo
