#pragma once

#include <string>

#include "lib/analysis/rate_curve.hpp"

namespace diabolo::app {

/// What PCA of more components needs for the same error, coded in the same way.
struct PcaFindings {
  RatePoint point;
  int64_t components = 0;   ///< That are stored at all.
  int64_t model_bytes = 0;  ///< The mean and those components as float32.
};

/// All that `compress` found.
struct CompressFindings {
  std::string title, path;
  int64_t samples = 0, numbers = 0;  ///< Of a code.
  int64_t bytes = 0;                 ///< Of the file.
  int64_t model_bytes = 0;           ///< Of the model file, which whoever decompresses needs.
  int64_t raw_bytes = 0;             ///< Of one sample: a byte a pixel, four a column of a table.
  double mse = 0;                    ///< Of what the file is decoded to.
  double network_mse = 0;            ///< Of codes as they are.
  bool images = true;
  std::optional<PcaFindings> pca;  ///< Beside the curves alone.
  RateCurve curve;                 ///< Empty unless asked for.
  std::optional<RatePoint> jpeg, webp;

  double bytes_per_sample() const;
};

/// From how many samples on a file and its model are smaller than what takes `bytes` a sample and
/// `once` besides; none where they never are.
std::optional<int64_t> pays_from(const CompressFindings& findings, double bytes, int64_t once);

std::string compress_text(const CompressFindings& findings);
std::string compress_json(const CompressFindings& findings);

/// Bytes a sample against error, of all that was tried.
void draw_rates(const CompressFindings& findings, const std::string& png);

}  // namespace diabolo::app
