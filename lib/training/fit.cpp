#include "lib/training/fit.hpp"

#include <c10/core/InferenceMode.h>
#include <torch/utils.h>

#include <cmath>
#include <optional>

#include "lib/training/batches.hpp"
#include "lib/training/check_fit.hpp"
#include "lib/training/collapse.hpp"
#include "lib/training/named_tensors.hpp"
#include "lib/training/pace.hpp"
#include "lib/training/stepper.hpp"
#include "lib/training/stopwatch.hpp"
#include "lib/training/tied.hpp"
#include "lib/training/validation.hpp"

namespace diabolo {
namespace {

constexpr int64_t kSeedStride = 1'000'003;  // Between the seeds of restarts: far from a person's.

/// One run of fit(): its state, and the loop in small steps.
class Run {
 public:
  Run(Autoencoder& model, const Dataset& train, const Dataset& validation,
      const TrainerOptions& options, const FitCallbacks& callbacks, Group& group, int64_t attempt)
      : model_(model),
        options_(options),
        callbacks_(callbacks),
        group_(group),
        device_(resolve_device(options.device)),
        train_(train, options, device_, Objective(options).draws(model->options())),
        pace_(options, train_.steps(), model->options().is_linear()) {
    const int64_t draws = Objective(options).draws(model->options());
    if (validation.size() > 0) validation_.emplace(validation, options, device_, draws);
    state_.attempt = attempt;
    model_->to(device_);
    model_->train();
    if (options.tied) tie_weights(named_parameters(model_));
    const Precision precision = resolve_precision(options.precision, device_);
    stepper_.emplace(model_, options, device_, precision, group_);
  }

  void restore(const Checkpoint& from) {
    state_ = from;
    state_.tensors.clear();
    for (const auto& epoch : state_.history) pace_.add(epoch.validation_loss);
    assign_tensors(parameters(), with_prefix(from.tensors, "model."), "the checkpoint");
    stepper_->optimizer().load_state(with_prefix(from.tensors, "optimizer."));
    best_ = copies(with_prefix(from.tensors, "best."));
    if (best_.empty() && from.best_epoch > 0) best_ = copies(parameters());
  }

  TrainReport run() {
    stepper_->share_state();
    Stopped stopped = Stopped::kFinished;
    while (stopped == Stopped::kFinished && state_.epoch < pace_.most_epochs()) {
      if (pace_.stands_still()) {
        stopped = Stopped::kStill;
      } else if (out_of_patience()) {
        stopped = Stopped::kPatience;
      } else if (run_epoch() == Next::kStop && state_.epoch < pace_.most_epochs()) {
        stopped = Stopped::kInterrupted;
      }
    }
    stepper_->gather_state();
    TrainReport report{.stopped = stopped, .checkpoint = checkpoint()};
    // What the checkpoint shares must stay as it was when the best weights move in.
    report.checkpoint.tensors = copies(report.checkpoint.tensors);
    if (!best_.empty()) assign_tensors(parameters(), best_, "the best network");
    model_->eval();
    if (stopped != Stopped::kInterrupted) report.flat = gives_flat_output(model_, train_, group_);
    return report;
  }

 private:
  Next run_epoch() {
    const auto order = train_.order(state_.epoch + 1);
    const double seconds_before = state_.seconds;
    const Stopwatch watch;
    while (state_.step < train_.steps()) {
      state_.loss_sum += step(order);
      ++state_.step;
      state_.seconds = seconds_before + watch.seconds();
      if (callbacks_.on_step && callbacks_.on_step(step_report()) == Next::kStop) wish_ = true;
      // Others learn of it in the step to come.
      if (group_.size() == 1) stop_ = wish_;
      if (stop_ && state_.step < train_.steps()) return Next::kStop;
    }
    finish_epoch();
    return group_.any(wish_) ? Next::kStop : Next::kContinue;
  }

  /// Returns the loss summed over the samples of the batch.
  double step(const std::vector<int64_t>& order) {
    // Halves the cost of a call; what is made in it cannot enter autograd.
    const c10::InferenceMode mode(stepper_->without_autograd());
    const Batch part = train_.training(order, state_.epoch + 1, state_.step, share_of(group_));
    const int64_t whole = train_.samples_of(state_.step);
    stop_ = wish_;
    const double loss = stepper_->gradients(part, whole, stop_);
    require_finite(loss, state_.step + 1);
    stepper_->update(pace_.learning_rate(steps_done()));
    return loss * static_cast<double>(whole);
  }

  void finish_epoch() {
    const Stopwatch watch;
    EpochReport report;
    report.epoch = state_.epoch + 1;
    report.learning_rate = pace_.learning_rate(steps_done() - 1);
    report.train_loss = state_.loss_sum / static_cast<double>(train_.samples());
    report.validation_loss = report.train_loss;
    require_finite_weights();
    if (const Batches* judged = judges()) {
      const auto errors = validate(model_, *judged, options_, group_);
      report.validation_loss = errors.loss;
      if (validation_) report.validation_mse = errors.mse;
      require_finite(report.validation_loss, state_.step);
    }
    report.code = watched_code_units(model_, train_, group_);
    report.samples_per_second = static_cast<double>(train_.samples()) / state_.seconds;
    report.seconds = state_.seconds + watch.seconds();
    report.best = state_.best_epoch == 0 || report.validation_loss < state_.best_loss;
    if (report.best) {
      state_.best_epoch = report.epoch;
      state_.best_loss = report.validation_loss;
      best_ = copies(parameters());
    }
    state_.epoch = report.epoch;
    state_.step = 0;
    state_.loss_sum = state_.seconds = 0;
    state_.history.push_back(report);
    pace_.add(report.validation_loss);
    stepper_->gather_state();
    group_.together([&] {
      if (!callbacks_.on_epoch) return;
      if (callbacks_.on_epoch(report, checkpoint()) == Next::kStop) wish_ = true;
    });
  }

  /// They judge the weights that an epoch leaves. The loss of its one step is of those before it.
  const Batches* judges() const {
    return validation_ ? &*validation_ : train_.steps() == 1 ? &train_ : nullptr;
  }

  /// No later loss tells of the last update of a run.
  void require_finite_weights() const {
    const torch::NoGradGuard no_grad;
    for (const auto& [name, tensor] : parameters()) {
      require_finite(tensor.sum().item<double>(), state_.step);
    }
  }

  int64_t steps_done() const { return state_.epoch * train_.steps() + state_.step; }

  void require_finite(double loss, int64_t step) const {
    if (std::isfinite(loss)) return;
    throw Diverged("the loss became " + std::string(std::isnan(loss) ? "NaN" : "infinite") +
                   " in epoch " + std::to_string(state_.epoch + 1) + ", step " +
                   std::to_string(step) + "; try --learning-rate " +
                   to_text(*options_.learning_rate / 4) + ", or --precision fp32");
  }

  bool out_of_patience() const {
    return options_.patience > 0 && state_.epoch - state_.best_epoch >= options_.patience;
  }

  StepReport step_report() const {
    const auto done =
        static_cast<double>(std::min(state_.step * train_.batch_size(), train_.samples()));
    const double rate = done / state_.seconds;
    const int64_t epochs = options_.epochs.value_or(0);
    const auto left =
        static_cast<double>(epochs - state_.epoch) * static_cast<double>(train_.samples()) - done;
    return {.epoch = state_.epoch + 1,
            .epochs = epochs,
            .step = state_.step,
            .steps = train_.steps(),
            .loss = state_.loss_sum / done,
            .samples_per_second = rate,
            .seconds_left = epochs > 0 ? left / rate : 0};
  }

  Checkpoint checkpoint() const {
    Checkpoint result = state_;
    result.tensors.clear();
    add_with_prefix(result.tensors, "model.", parameters());
    add_with_prefix(result.tensors, "optimizer.", stepper_->optimizer().state());
    // Right after its own epoch the best network is the current one.
    const bool same = state_.best_epoch == state_.epoch && state_.step == 0;
    if (!same) add_with_prefix(result.tensors, "best.", best_);
    return result;
  }

  const NamedTensors& parameters() const { return stepper_->parameters(); }

  Autoencoder& model_;
  const TrainerOptions options_;
  const FitCallbacks& callbacks_;
  Group& group_;
  torch::Device device_;
  Batches train_;
  Pace pace_;
  std::optional<Batches> validation_;
  std::optional<Stepper> stepper_;
  NamedTensors best_;
  Checkpoint state_;
  bool wish_ = false;  ///< This rank is to stop.
  bool stop_ = false;  ///< All are.
};

}  // namespace

TrainReport fit(Autoencoder& model, const Dataset& train, const Dataset& validation,
                const TrainerOptions& given, const FitCallbacks& callbacks, const Checkpoint* from,
                Group& group) {
  check_fit(model->options(), train, given);
  const TrainerOptions options = given.resolved(model->options(), train.size_with_stored());
  const ThreadScope threads(options.threads);
  for (int64_t attempt = from == nullptr ? 0 : from->attempt;; ++attempt, from = nullptr) {
    TrainerOptions now = options;
    now.seed += attempt * kSeedStride;
    if (from == nullptr) model->initialise(static_cast<uint64_t>(now.seed), mean_sample(train));
    Run run(model, train, validation, now, callbacks, group, attempt);
    if (from != nullptr) run.restore(*from);
    TrainReport report = run.run();
    const CodeUnits code = report.epochs().empty() ? CodeUnits{} : report.epochs().back().code;
    const bool collapsed = report.flat || code.collapsed();
    if (report.stopped == Stopped::kInterrupted || !collapsed || attempt >= options.restarts) {
      return report;
    }
    if (callbacks.on_restart) {
      callbacks.on_restart(report.flat ? std::string(kFlatOutput) : to_sentence(code));
    }
  }
}

}  // namespace diabolo
