#pragma once

#include "lib/analysis/ranking.hpp"
#include "lib/output/anomaly_file.hpp"

namespace diabolo {

/// Images: the most unusual ones, the nearest usual ones, and where the two differ. Tables: a
/// matrix of what each column adds to the scores of the most unusual rows. The most unusual first.
/// order    int64 [count], samples, 1 to 100
/// Throws as draw_curves() and write_png().
void draw_anomalies(const TrainedModel& model, const Dataset& dataset,
                    const JudgedAnomalies& judged, const torch::Tensor& order,
                    const std::string& title, const std::filesystem::path& png);

/// ROC and precision-recall curves; pca may be null.
void draw_rankings(const Ranking& model, const Ranking* pca, const std::string& title,
                   const std::filesystem::path& png);

}  // namespace diabolo
