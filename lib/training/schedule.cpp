#include "lib/training/schedule.hpp"

#include <cmath>
#include <numbers>

namespace diabolo {

double schedule_factor(Schedule schedule, double warmup, int64_t step, int64_t steps) {
  const double rising = std::floor(warmup * static_cast<double>(steps));
  const auto now = static_cast<double>(step);
  if (now < rising) return (now + 1) / (rising + 1);
  if (schedule == Schedule::kConstant) return 1.0;
  const double progress = (now - rising) / (static_cast<double>(steps) - rising);
  return 0.5 * (1.0 + std::cos(std::numbers::pi * progress));
}

}  // namespace diabolo
