#pragma once

#include <filesystem>
#include <string>

#include "lib/training/fit.hpp"
#include "lib/training/run_folder.hpp"

namespace diabolo {

/// Everything but the options: those are in the run's config.toml. Written aside, synced, renamed.
/// data_hash: of the training data, checked when the run goes on.
void save_checkpoint(const Checkpoint& checkpoint, const std::string& data_hash,
                     const std::filesystem::path& path);

/// The same in a run folder, where the checkpoint before it stays as previous_checkpoint().
void save_checkpoint(const Checkpoint& checkpoint, const std::string& data_hash,
                     const RunFolder& folder);

struct LoadedCheckpoint {
  Checkpoint checkpoint;
  std::string data_hash;
  std::string notice = {};  ///< Of the run folder: why the one before the last was taken; else "".
};

/// Throws std::invalid_argument when it is no checkpoint, std::runtime_error when it is damaged.
LoadedCheckpoint load_checkpoint(const std::filesystem::path& path);

/// The last checkpoint of a run, or, if that is damaged or missing, the one before it.
/// Throws as for a file, of the last one, when neither can be read.
LoadedCheckpoint load_checkpoint(const RunFolder& folder);

}  // namespace diabolo
