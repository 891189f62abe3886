#include "lib/training/trainer_options.hpp"

namespace diabolo {

OptimizerOptions TrainerOptions::optimizer_options() const {
  return {.kind = optimizer, .beta2 = beta2, .weight_decay = weight_decay};
}

TrainerOptions TrainerOptions::resolved(Architecture arch, int64_t samples) const {
  constexpr int64_t kLargest = 256;
  constexpr int64_t kSmallest = 16;
  constexpr int64_t kSteps = 24;
  TrainerOptions result = *this;
  if (!learning_rate) result.learning_rate = arch == Architecture::kConv ? 0.015 : 0.008;
  if (!batch_size) {
    int64_t size = kLargest;
    while (size > kSmallest && size * kSteps > samples) size /= 2;
    result.batch_size = size;
  }
  return result;
}

void TrainerOptions::validate() const { check_rules(*this); }

}  // namespace diabolo
