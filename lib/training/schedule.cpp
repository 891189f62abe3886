#include "lib/training/schedule.hpp"

#include <cmath>
#include <numbers>

namespace diabolo {
namespace {

constexpr int64_t kWindowSteps = 100;

}  // namespace

double schedule_factor(Schedule schedule, double warmup, int64_t step, int64_t steps) {
  const double rising = std::floor(warmup * static_cast<double>(steps));
  const auto now = static_cast<double>(step);
  if (now < rising) return (now + 1) / (rising + 1);
  if (schedule != Schedule::kCosine) return 1.0;
  const double progress = (now - rising) / (static_cast<double>(steps) - rising);
  return 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
}

Plateau::Plateau(int64_t steps_per_epoch, double least_gain)
    : window_((kWindowSteps + steps_per_epoch - 1) / steps_per_epoch), least_gain_(least_gain) {}

void Plateau::add(double epoch_loss) {
  sum_ += epoch_loss;
  if (++in_window_ < window_) return;
  const double mean = sum_ / static_cast<double>(window_);
  sum_ = 0;
  in_window_ = 0;
  if (best_ && mean > (1 - least_gain_) * *best_) ++halvings_;
  if (!best_ || mean < *best_) best_ = mean;
}

double Plateau::factor() const { return std::pow(0.5, static_cast<double>(halvings_)); }

}  // namespace diabolo
