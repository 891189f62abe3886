#include "lib/training/trainer_options.hpp"

namespace diabolo {

OptimizerOptions TrainerOptions::optimizer_options() const {
  return {.kind = optimizer, .beta2 = beta2, .weight_decay = weight_decay};
}

void TrainerOptions::validate() const { check_rules(*this); }

}  // namespace diabolo
