#include "lib/analysis/stability.hpp"

#include <algorithm>
#include <stdexcept>

#include "lib/analysis/code_quality.hpp"
#include "lib/analysis/procrustes.hpp"
#include "lib/training/prepare.hpp"

namespace diabolo {

Stability stability_of(const TrainedModel& model, const DataOptions& data, int64_t seeds,
                       const FitCallbacks& callbacks) {
  if (seeds < 1) throw std::invalid_argument("stability: give 1 seed or more");
  RunOptions options{.data = data, .model = model.network->options(), .training = model.training};
  const PreparedData prepared = prepare_data(options);
  const auto samples = prepared.split.train.head(kPictureSamples).samples;
  const auto picture = picture_of(codes_of(model, samples));
  Stability result;
  for (int64_t i = 1; i <= seeds; ++i) {
    options.training.seed = model.training.seed + i;
    const TrainedModel other = train_model(options, prepared, callbacks);
    result.disparities.push_back(
        procrustes_disparity(picture, picture_of(codes_of(other, samples))));
  }
  for (const double disparity : result.disparities) {
    result.mean += disparity / static_cast<double>(seeds);
  }
  result.least = std::ranges::min(result.disparities);
  result.greatest = std::ranges::max(result.disparities);
  return result;
}

}  // namespace diabolo
