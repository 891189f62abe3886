#pragma once

#include <string>

#include "lib/analysis/ranking.hpp"
#include "lib/output/anomaly_file.hpp"

namespace diabolo::app {

/// All that `anomalies` found.
struct AnomalyFindings {
  JudgedAnomalies judged;
  Usual usual;                        ///< What the thresholds come from.
  double quantile = 0;                ///< Which of its scores.
  torch::Tensor worst;                ///< int64: the most unusual samples, the first the most.
  int64_t training_rows = 0;          ///< Of the samples, those that the model was trained on.
  std::string anomaly;                ///< The label that is meant to be found; "" for none.
  torch::Tensor wanted;               ///< [N] bool: samples with it; undefined for none.
  std::optional<Ranking> model, pca;  ///< Where there are wanted samples and others.
};

/// One JSON object.
std::string anomalies_json(const Dataset& dataset, const AnomalyFindings& findings);

/// The same for a person.
std::string anomalies_text(const Dataset& dataset, const AnomalyFindings& findings,
                           const std::string& title);

/// Samples above a threshold; of those in `among` alone, if that is defined.
int64_t flagged(const torch::Tensor& scores, double threshold, const torch::Tensor& among = {});

}  // namespace diabolo::app
