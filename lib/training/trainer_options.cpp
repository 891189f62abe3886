#include "lib/training/trainer_options.hpp"

#include <ATen/Parallel.h>

#include <algorithm>
#include <stdexcept>

#include "models/shape.hpp"

namespace diabolo {
namespace {

/// Operations of one training step: two a weight and sample forward, four backward.
double step_operations(const AutoencoderOptions& dense, int64_t batch_size) {
  int64_t weights = 0;
  int64_t width = values_in(dense.sample_shape);
  for (const int64_t next : dense.hidden) {
    weights += width * next;
    width = next;
  }
  weights += width * dense.latent;
  return 6.0 * 2.0 * static_cast<double>(weights) * static_cast<double>(batch_size);
}

int64_t threads_for(const AutoencoderOptions& model, int64_t batch_size) {
  // Waiting for each other costs more than it brings on less work: two threads overtake one at
  // some 14 million operations a step and are worth their while at 24.
  constexpr double kOperationsPerThread = 12e6;
  const int64_t most = at::get_num_threads();
  if (model.arch != Architecture::kDense) return most;
  const double busy = step_operations(model, batch_size) / kOperationsPerThread;
  return busy < static_cast<double>(most) ? std::max<int64_t>(1, static_cast<int64_t>(busy)) : most;
}

double learning_rate_for(const AutoencoderOptions& model) {
  if (model.arch == Architecture::kDense) return 0.008;
  // The deep ones, with blocks and skips, go astray at the rate that suits a vector code.
  return model.code == CodeShape::kMap ? 0.005 : 0.015;
}

}  // namespace

TrainerOptions TrainerOptions::for_tables(int64_t rows) {
  TrainerOptions options;
  options.epochs.reset();
  options.loss = Loss::kMse;
  options.shift = 0;
  // Rows that are never twice the same cannot be learnt by heart (Vincent et al. 2008).
  const bool few = rows >= kVeryFewRows && rows <= kFewRows;
  if (few) options.noise = gaussian_noise(0.0, 0.4);
  options.precision = Precision::kFp32;
  return options;
}

double TrainerOptions::validation_share(int64_t samples, bool table) const {
  if (validation) return *validation;
  if (!table) return 0.05;
  return samples < kVeryFewRows ? 0.0 : 0.1;
}

OptimizerOptions TrainerOptions::optimizer_options() const {
  return {.kind = optimizer, .beta2 = beta2, .weight_decay = weight_decay.value_or(0)};
}

TrainerOptions TrainerOptions::resolved(const AutoencoderOptions& model, int64_t samples) const {
  constexpr int64_t kLargest = 256;
  constexpr int64_t kSmallest = 16;
  constexpr int64_t kSteps = 24;
  TrainerOptions result = *this;
  if (!learning_rate) result.learning_rate = learning_rate_for(model);
  // Adam and SGD take the pull for a part of the gradient: it flattens the code where gradients are
  // small, which AdamW's, apart from them, does not (Loshchilov & Hutter 2019).
  const bool apart = optimizer == OptimizerKind::kAdamW || optimizer == OptimizerKind::kMuon;
  if (!weight_decay && !apart) {
    result.weight_decay = 0;
  } else if (!weight_decay) {
    result.weight_decay = model.sample_shape.size() == 1 ? 0.01 : 0.05;
  }
  if (schedule == Schedule::kAuto) {
    result.schedule = epochs ? Schedule::kCosine : Schedule::kPlateau;
  }
  if (!batch_size && !epochs && samples <= kFewRows) {
    result.batch_size = samples;
  } else if (!batch_size) {
    int64_t size = kLargest;
    while (size > kSmallest && size * kSteps > samples) size /= 2;
    result.batch_size = size;
  }
  if (threads == 0) result.threads = threads_for(model, *result.batch_size);
  return result;
}

void TrainerOptions::validate() const {
  check_rules(*this);
  if (!epochs && schedule == Schedule::kCosine) {
    throw std::invalid_argument(
        "schedule: cosine needs to know the number of epochs; give --epochs N, or --schedule "
        "plateau");
  }
}

}  // namespace diabolo
