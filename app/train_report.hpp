#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "lib/training/checkpoint.hpp"
#include "lib/training/prepare.hpp"
#include "lib/training/run_folder.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo::app {

/// All that a run works on, from the first epoch to the last file.
struct Work {
  RunFolder folder;
  RunOptions options;
  PreparedData data;
  TrainedModel model;
  std::optional<LoadedCheckpoint> from;
  std::chrono::steady_clock::time_point saved;  ///< When files of an epoch were written.

  /// False while the epochs of a table follow each other faster than files are of use; the end of
  /// a run writes what was left out.
  bool time_to_save();
};

/// The picture of an epoch: some validation samples, and what the network makes of them.
void draw_samples(const Work& work, const EpochReport& report);

/// One line for a person: the error, PCA's beside it, and what follows from both.
std::string summary_line(const RunSummary& summary);

RunSummary summarise(const Work& work, const TrainReport& report);

}  // namespace diabolo::app
