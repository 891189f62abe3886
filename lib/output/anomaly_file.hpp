#pragma once

#include <filesystem>

#include "lib/analysis/anomalies.hpp"

namespace diabolo {

/// Anomalies and what they are judged by.
struct JudgedAnomalies {
  Anomalies found;
  double threshold = 0;                 ///< Of scores: what lies above is unusual.
  std::optional<double> pca_threshold;  ///< Of PCA's.
};

/// Columns whose part in a score is told.
inline constexpr size_t kReasons = 3;

/// A row a sample, by its number from 0 on, in the order of the data: *.csv or *.json. Scores of
/// model and PCA, whether they are above the thresholds, and of a table the kReasons columns that
/// explain the row; in a CSV also what every column adds. Nothing is at `path` before all is
/// written.
/// Throws std::invalid_argument for another ending.
void write_anomalies(const Dataset& dataset, const JudgedAnomalies& judged,
                     const std::filesystem::path& path);

/// The same of one sample, as one JSON object.
std::string anomaly_json(const Dataset& dataset, const JudgedAnomalies& judged, int64_t sample);

/// Throws std::invalid_argument unless `path` ends in .csv or .json.
void require_anomaly_file(const std::filesystem::path& path);

}  // namespace diabolo
