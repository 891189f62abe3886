#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "lib/output/tensorboard.hpp"
#include "lib/training/run_folder.hpp"

namespace diabolo::app {

/// What TensorBoard shows of a run while it trains: event files in its folder.
class TrainLog {
 public:
  /// pca_mse: what PCA of the same size makes of the validation samples, drawn beside the
  /// network's.
  TrainLog(const RunFolder& folder, std::optional<double> pca_mse)
      : folder_(folder), pca_mse_(pca_mse) {}

  /// A new run, with these options.
  void begin(const RunOptions& options);
  /// The same run from the end of `epoch` on: what was logged of later epochs is cut off.
  void go_on(int64_t epoch);
  /// Logs those epochs that are not logged yet, with the pictures in the folder, for all to see.
  void write(const std::vector<EpochReport>& history);
  void end();

 private:
  void log_epoch(const EpochReport& epoch, double seconds);

  RunFolder folder_;
  std::optional<double> pca_mse_;
  std::unique_ptr<EventWriter> writer_;
  int64_t logged_ = 0;  ///< Epochs.
};

}  // namespace diabolo::app
