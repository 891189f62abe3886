#include "lib/training/pace.hpp"

#include <algorithm>

namespace diabolo {
namespace {

constexpr int64_t kMostSteps = 20000;    // When the loss decides how long to train.
constexpr int64_t kPlateauSteps = 1000;  // Whose warm-up share the rate rises in.
constexpr double kGain = 0.01;           // Of a window's loss: less is to stand still.
constexpr double kLinearGain = 1e-4;
constexpr int64_t kLeastLimit = 5;  // Epochs, of data so large that one takes many steps.

}  // namespace

Pace::Pace(const TrainerOptions& options, int64_t steps, bool linear)
    : epochs_(options.epochs),
      steps_(steps),
      schedule_(options.schedule),
      warmup_(options.warmup),
      peak_(options.learning_rate.value()),
      plateau_(steps, linear ? kLinearGain : kGain) {}

int64_t Pace::most_epochs() const {
  if (epochs_) return *epochs_;
  return std::max(kLeastLimit, (kMostSteps + steps_ - 1) / steps_);
}

double Pace::learning_rate(int64_t step) const {
  const int64_t steps = epochs_ ? *epochs_ * steps_ : kPlateauSteps;
  const double slowed = schedule_ == Schedule::kPlateau ? plateau_.factor() : 1.0;
  return peak_ * slowed * schedule_factor(schedule_, warmup_, step, steps);
}

}  // namespace diabolo
