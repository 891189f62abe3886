#pragma once

#include <torch/types.h>

namespace diabolo {

/// Share of samples whose label a linear classifier of the codes tells, in [0, 1] (linear probe,
/// Alain and Bengio 2016). Sample i is classified by a fit on the samples of the other folds; its
/// own fold is i % folds. Each fit is a multinomial logistic regression on codes standardised by
/// the mean and deviation of what it is fitted on, as scikit-learn's
/// make_pipeline(StandardScaler(), LogisticRegression(C=1)) under PredefinedSplit(i % folds).
/// codes   [N, K] finite
/// labels  [N] whole numbers
/// Up to a million numbers are fitted to rounding; more in float32, and no further than the
/// accuracy needs (within 0.002).
/// Throws std::invalid_argument unless 2 <= folds <= N, there is one label a sample, and the
/// samples outside each fold have two labels or more.
double linear_probe_accuracy(const torch::Tensor& codes, const torch::Tensor& labels,
                             int64_t folds = 5);

}  // namespace diabolo
