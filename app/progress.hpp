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

/// The bar as one line of fewer than 80 columns.
std::string progress_line(const StepReport& report);

}  // namespace diabolo::app
