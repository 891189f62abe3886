#pragma once

#include <optional>
#include <string>

#include "app/train_report.hpp"

namespace diabolo::app {

/// Keeps other trainings out of a folder that is there, and takes away what one that was killed
/// left aside. Of several processes the first alone has the lock. Throws std::runtime_error when
/// another training writes there.
std::optional<formats::FolderLock> lock_of(const RunFolder& folder);

/// A run that is to begin: its data, and its options as far as they tell. Nothing is written yet.
/// out: its folder; "" for one named after the data.
/// Throws std::invalid_argument naming what does not fit, or a run that is there already.
Work start(const RunOptions& options, const std::string& out, bool overwrite);

/// The run in a folder, as far as it came.
/// Throws std::invalid_argument where there is nothing to go on with, or the data are others.
Work go_on(const std::string& folder);

}  // namespace diabolo::app
