#pragma once

#include <torch/types.h>

#include <vector>

namespace diabolo {

/// How well scores put the wanted samples above the others.
struct Ranking {
  double auroc = 0;  ///< Area under the ROC curve: the chance that a wanted sample scores
                     ///< above another; a tie counts half.
  double average_precision = 0;  ///< Sum of precision times the step in recall.
  std::vector<double> false_positive_rate, true_positive_rate;  ///< ROC curve, from 0, 0 to 1, 1.
  std::vector<double> recall, precision;  ///< At each threshold, the highest first.
};

/// As scikit-learn's roc_auc_score, average_precision_score and roc_curve.
/// scores [N] finite; wanted [N] bool
/// Throws std::invalid_argument unless some samples are wanted and some are not.
Ranking rank(const torch::Tensor& scores, const torch::Tensor& wanted);

}  // namespace diabolo
