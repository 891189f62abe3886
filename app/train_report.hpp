#pragma once

#include <optional>
#include <string>

#include "lib/data/split.hpp"
#include "lib/training/checkpoint.hpp"
#include "lib/training/run_folder.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo::app {

/// All that a run works on, from the first epoch to the last file.
struct Work {
  RunFolder folder;
  RunOptions options;
  std::string data_hash;
  Split split;
  TrainedModel model;
  std::optional<LoadedCheckpoint> from;
};

/// The picture of an epoch: some validation samples, and what the network makes of them.
void draw_samples(const Work& work, const EpochReport& report);

RunSummary summarise(const Work& work, const TrainReport& report);

}  // namespace diabolo::app
