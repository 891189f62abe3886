#pragma once

#include <vector>

#include "lib/training/fit.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo {

/// How much of a picture of codes is the data's, and how much the seed's.
struct Stability {
  /// Of each other seed: Procrustes disparity of its codes to the model's (0: the same but for
  /// moving, turning, mirroring and scaling; 1: nothing in common).
  std::vector<double> disparities;
  double mean = 0, least = 0, greatest = 0;
};

/// Trains the model's network again, with `seeds` other seeds, and compares the pictures of up to
/// kPictureSamples training samples.
/// data  the model's own (model.data), with a folder to look names up in
/// Throws as load_data() when the data are gone, std::invalid_argument for seeds < 1.
Stability stability_of(const TrainedModel& model, const DataOptions& data, int64_t seeds,
                       const FitCallbacks& callbacks = {});

}  // namespace diabolo
