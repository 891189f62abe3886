#pragma once

#include <functional>
#include <string>
#include <vector>

#include "lib/analysis/evaluate.hpp"

namespace diabolo {

/// A way to clean images.
struct Cleaner {
  std::string name;  ///< "non-local means".
  /// [N, C, H, W] float32 in [0, 1], noisy, to the same shape and range.
  std::function<torch::Tensor(const torch::Tensor&)> clean;
};

/// The noisy image itself; 3 x 3 median; Gaussian blur and non-local means, each as strong as is
/// best by PSNR on the first of `train` with this noise; PCA of 64 components, or half as many as
/// an image has values; then the model.
class Cleaners {
 public:
  /// train  images of the model's size, one or more; both must outlive this
  Cleaners(const TrainedModel& model, const Dataset& train, uint64_t seed);
  /// In the order above; what is tuned, for `noise`.
  std::vector<Cleaner> for_noise(const Noise& noise) const;

 private:
  const TrainedModel& model_;
  Pca pca_;
  torch::Tensor tuning_;  ///< Clean images to tune on.
  uint64_t seed_;
};

/// How well each cleaner did.
struct CleaningFigures {
  Noise noise;
  std::vector<std::pair<std::string, Figures>> of;  ///< By name, in order.
};

/// Over the first `samples` of `data`, or all if there are fewer, clipped to [0, 1]. The noise of a
/// sample depends on (seed, its index).
CleaningFigures compare_cleaners(const Cleaners& cleaners, const Dataset& data, int64_t samples,
                                 const Noise& noise, uint64_t seed);

/// Images [first, first + count) with noise, before and after each cleaner.
struct CleanedImages {
  torch::Tensor clean;                                    ///< [count, C, H, W] float32 in [0, 1].
  std::vector<std::pair<std::string, torch::Tensor>> by;  ///< By name, in order; the same shape.
};
CleanedImages clean_some(const Cleaners& cleaners, const Dataset& data, int64_t first,
                         int64_t count, const Noise& noise, uint64_t seed);

}  // namespace diabolo
