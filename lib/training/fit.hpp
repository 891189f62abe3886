#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "lib/data/dataset.hpp"
#include "lib/training/code_units.hpp"
#include "lib/training/distributed/group.hpp"
#include "lib/training/trainer_options.hpp"
#include "models/autoencoder.hpp"

namespace diabolo {

/// Where a run stands within an epoch.
struct StepReport {
  int64_t epoch, epochs;      ///< 1-based; epochs is 0 when nobody knows how many there will be.
  int64_t step, steps;        ///< Steps done of this epoch.
  double loss;                ///< Mean over this epoch so far.
  double samples_per_second;  ///< Of this epoch so far.
  double seconds_left;        ///< To the end of the last epoch, at this rate; 0 when not known.
};

struct EpochReport {
  int64_t epoch = 0;           ///< 1-based.
  double train_loss = 0;       ///< Mean over samples, while the weights changed.
  double validation_loss = 0;  ///< The same loss after the epoch, which says what epoch is best.
                               ///< Without validation: of the training samples, after the epoch
                               ///< where it is a single step, else train_loss.
  std::optional<double>
      validation_mse;             ///< Per value, against clean samples; not without validation.
  double learning_rate = 0;       ///< Of the last step.
  double seconds = 0;             ///< Training and validation.
  double samples_per_second = 0;  ///< Training alone.
  bool best = false;              ///< Lowest validation loss so far.
  CodeUnits code;                 ///< Of up to 1,000 training samples.
};

/// All that is needed to go on to the bit as if never stopped: order, noise and shifts follow
/// from (seed, epoch, sample), so no generator has a state.
struct Checkpoint {
  int64_t attempt = 0;     ///< Starts that collapsed before this one.
  int64_t epoch = 0;       ///< Epochs finished.
  int64_t step = 0;        ///< Steps done of the next one.
  double loss_sum = 0;     ///< Over the samples of those steps.
  double seconds = 0;      ///< Spent on those steps.
  int64_t best_epoch = 0;  ///< 0: none yet.
  double best_loss = 0;
  std::vector<EpochReport> history;
  NamedTensors tensors;  ///< "model.…", "optimizer.…", "best.…"; shared, not copied.
};

enum class Next { kContinue, kStop };

/// Called while training. Either may be empty. A kStop ends training after the current step.
struct FitCallbacks {
  std::function<Next(const StepReport&)> on_step;
  /// The network has the weights of this epoch, not of the best one, while it is called.
  std::function<Next(const EpochReport&, const Checkpoint&)> on_epoch;
  /// Training begins again with other weights, since the network collapsed; why, in words.
  std::function<void(const std::string&)> on_restart;
};

enum class Stopped {
  kFinished,  ///< All epochs are done.
  kStill,     ///< The loss stood still.
  kPatience,
  kInterrupted,
};

struct TrainReport {
  Stopped stopped = Stopped::kFinished;
  bool flat = false;      ///< The network gives the same for every sample; see collapse.hpp.
  Checkpoint checkpoint;  ///< Of the last step: to save, and to go on from.
  const std::vector<EpochReport>& epochs() const { return checkpoint.history; }
};

/// The loss became NaN or infinite; the message names epoch, step and what to try.
class Diverged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Fits `model` in place and leaves it with the weights of the epoch that was best on
/// `validation` (on `train`, when validation is empty). Prints nothing. Equal seed, machine and
/// thread count give equal weights to the bit.
/// A network whose code collapsed, or that gives the same for every sample, is trained again from
/// other weights, `restarts` times at most. from: go on from there instead of from new weights.
/// group: trains with all of its ranks, which call this with equal data and options: each takes its
/// part of every batch, and all get the same weights. Callbacks are called on every rank; a kStop
/// on one ends training on all, after the step to come, and an exception of on_epoch on one is
/// thrown on all.
/// Throws std::invalid_argument for options or data that do not fit; Diverged.
TrainReport fit(Autoencoder& model, const Dataset& train, const Dataset& validation,
                const TrainerOptions& options, const FitCallbacks& callbacks = {},
                const Checkpoint* from = nullptr, Group& group = alone());

}  // namespace diabolo
