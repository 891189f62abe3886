#pragma once

#include <filesystem>
#include <string>

#include "lib/training/fit.hpp"

namespace diabolo {

/// Everything but the options: those are in the run's config.toml. Written aside, synced, renamed.
/// data_hash: of the training data, checked when the run goes on.
void save_checkpoint(const Checkpoint& checkpoint, const std::string& data_hash,
                     const std::filesystem::path& path);

struct LoadedCheckpoint {
  Checkpoint checkpoint;
  std::string data_hash;
};

/// Throws std::invalid_argument when it is no checkpoint, std::runtime_error when it is damaged.
LoadedCheckpoint load_checkpoint(const std::filesystem::path& path);

}  // namespace diabolo
