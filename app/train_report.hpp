#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/train_log.hpp"
#include "lib/formats/folder_lock.hpp"
#include "lib/training/checkpoint.hpp"
#include "lib/training/prepare.hpp"
#include "lib/training/run_folder.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo::app {

/// All that a run works on, from the first epoch to the last file.
struct Work {
  RunFolder folder;
  RunOptions options;
  std::optional<formats::FolderLock> lock = {};  ///< Of the folder, once it is there.
  PreparedData data = {};
  TrainedModel model = {};
  std::optional<LoadedCheckpoint> from = {};
  std::chrono::steady_clock::time_point saved = {};  ///< When files of an epoch were written.
  std::optional<TrainLog> log = {};                  ///< For TensorBoard, unless it is off.
  std::optional<double> pca_validation_mse = {};     ///< Of PCA of the same size.

  /// False while the epochs of a table follow each other faster than files are of use; the end of
  /// a run writes what was left out.
  bool time_to_save();
};

/// What PCA makes of the validation samples, which stands beside the network's errors.
void judge_pca(Work& work);

/// Starts the log of a new run, or goes on with that of an earlier one, if it has one.
void open_log(Work& work);

/// The last of the log: the codes of the network that is kept.
void end_log(Work& work);

/// Some validation samples, or training samples where there are none, and what the network makes
/// of them. Images only. Returns uint8 [3, height, width]
torch::Tensor samples_picture(const Work& work, const std::string& title);

/// The picture of an epoch: some validation samples, and what the network makes of them.
void draw_samples(const Work& work, const EpochReport& report);

/// One line for a person: the error, PCA's beside it, and what follows from both.
std::string summary_line(const RunSummary& summary);

RunSummary summarise(const Work& work, const TrainReport& report);

}  // namespace diabolo::app
