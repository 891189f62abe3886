#pragma once

#include <cstdint>
#include <optional>

#include "models/field.hpp"

namespace diabolo {

enum class Schedule {
  kAuto,  ///< Cosine when the number of epochs is known, else plateau.
  kConstant,
  kCosine,   ///< Falls to zero along half a cosine (Loshchilov & Hutter 2017).
  kPlateau,  ///< Halved each time that the loss stands still.
};
template <>
inline constexpr auto kEnumNames<Schedule> =
    std::array{std::pair{Schedule::kAuto, "auto"}, std::pair{Schedule::kConstant, "constant"},
               std::pair{Schedule::kCosine, "cosine"}, std::pair{Schedule::kPlateau, "plateau"}};

/// Share of the peak learning rate at `step` of `steps` (0-based), in (0, 1]: it rises in a
/// straight line over the first `warmup` share of the steps, then follows the schedule; of a
/// plateau, whose halvings are Plateau's, only the rise.
double schedule_factor(Schedule schedule, double warmup, int64_t step, int64_t steps);

/// When to slow down and when to stop, where the number of epochs is not known before. Losses are
/// averaged over windows of some 100 steps; a window that is not better than the best one so far by
/// `least_gain`, a share of it, halves the learning rate, and after kHalvings of those the loss
/// stands still.
class Plateau {
 public:
  static constexpr int64_t kHalvings = 6;
  explicit Plateau(int64_t steps_per_epoch, double least_gain = 0.01);

  void add(double epoch_loss);  ///< After each epoch.
  double factor() const;        ///< Of the learning rate, in (0, 1].
  bool stands_still() const { return halvings_ >= kHalvings; }

 private:
  int64_t window_;  ///< Epochs.
  double least_gain_;
  int64_t in_window_ = 0, halvings_ = 0;
  double sum_ = 0;
  std::optional<double> best_;
};

}  // namespace diabolo
