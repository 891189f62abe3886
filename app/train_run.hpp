#pragma once

#include <string>

#include "app/train_report.hpp"

namespace diabolo::app {

/// What a training writes and prints beside its model.
struct TrainOutput {
  bool overwrite = false;  ///< The run, and the picture of `watch`.
  bool quiet = false;
  bool json = false;
  bool no_tensorboard = false;
  bool no_report = false;
  std::string watch;  ///< A PNG that follows the training; "" for none.
};

/// Trains what start() or go_on() set up, and writes the run folder. Returns the exit code.
int carry_out(const TrainOutput& wanted, Work work);

}  // namespace diabolo::app
