#pragma once

#include <chrono>
#include <string>

#include "lib/training/fit.hpp"

namespace diabolo::app {

/// What a person sees on stderr while a network trains: a bar that moves on a terminal, and one
/// line an epoch everywhere; of many short epochs, one a second.
class Progress {
 public:
  explicit Progress(bool quiet);
  void step(const StepReport& report);
  void epoch(const EpochReport& report, int64_t epochs);

 private:
  void clear_bar();

  bool quiet_;
  bool bar_;
  bool bar_shown_ = false;
  std::chrono::steady_clock::time_point last_{};
  std::chrono::steady_clock::time_point last_line_{};
};

/// One line of fewer than `columns`: the bar and all figures, or of a narrower terminal what
/// matters most of them.
std::string progress_line(const StepReport& report, size_t columns);

/// The same for an epoch that has ended. epochs: 0 when nobody knows how many there will be.
std::string epoch_line(const EpochReport& report, int64_t epochs, size_t columns);

}  // namespace diabolo::app
