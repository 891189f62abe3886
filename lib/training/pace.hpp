#pragma once

#include "lib/training/schedule.hpp"
#include "lib/training/trainer_options.hpp"

namespace diabolo {

/// How fast a run learns, and for how long.
class Pace {
 public:
  /// options: resolved. steps: of an epoch. linear: the network has no layer that bends; its best
  /// is PCA, which it nears slowly where two directions explain nearly as much, so that it is
  /// given up later.
  Pace(const TrainerOptions& options, int64_t steps, bool linear = false);

  void add(double epoch_loss) { plateau_.add(epoch_loss); }  ///< After each epoch.

  int64_t most_epochs() const;  ///< To train at most.
  bool stands_still() const { return !epochs_ && plateau_.stands_still(); }
  double learning_rate(int64_t step) const;  ///< Of a step, counted from the start of the run.

 private:
  std::optional<int64_t> epochs_;
  int64_t steps_;
  Schedule schedule_;
  double warmup_, peak_;
  Plateau plateau_;
};

}  // namespace diabolo
