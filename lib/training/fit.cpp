#include "lib/training/fit.hpp"

#include <c10/core/InferenceMode.h>
#include <torch/utils.h>

#include <cmath>
#include <optional>

#include "lib/training/batches.hpp"
#include "lib/training/dense_step.hpp"
#include "lib/training/named_tensors.hpp"
#include "lib/training/stopwatch.hpp"

namespace diabolo {
namespace {

constexpr int64_t kValidationBatch = 1024;

/// One run of fit(): its state, and the loop in small steps.
class Run {
 public:
  Run(Autoencoder& model, const Dataset& train, const Dataset& validation,
      const TrainerOptions& options, const FitCallbacks& callbacks)
      : model_(model),
        options_(options),
        callbacks_(callbacks),
        device_(resolve_device(options.device)),
        precision_(resolve_precision(options.precision, device_)),
        train_(train, options, device_) {
    if (validation.size() > 0) validation_.emplace(validation, options, device_);
    model_->to(device_);
    model_->train();
    parameters_ = named_parameters(model_);
    if (DenseStep::can(model_, device_, precision_)) {
      dense_step_.emplace(model_, options.loss);
      optimizer_.emplace(dense_step_->parameters(), options.optimizer_options());
    } else {
      optimizer_.emplace(parameters_, options.optimizer_options());
    }
  }

  void restore(const Checkpoint& from) {
    state_ = from;
    state_.tensors.clear();
    assign_tensors(parameters_, with_prefix(from.tensors, "model."), "the checkpoint");
    optimizer_->load_state(with_prefix(from.tensors, "optimizer."));
    best_ = copies(with_prefix(from.tensors, "best."));
    if (best_.empty() && from.best_epoch > 0) best_ = copies(parameters_);
  }

  TrainReport run() {
    Stopped stopped = Stopped::kFinished;
    while (stopped == Stopped::kFinished && state_.epoch < options_.epochs) {
      if (out_of_patience()) {
        stopped = Stopped::kPatience;
      } else if (run_epoch() == Next::kStop && state_.epoch < options_.epochs) {
        stopped = Stopped::kInterrupted;
      }
    }
    TrainReport report{.stopped = stopped, .checkpoint = checkpoint()};
    // What the checkpoint shares must stay as it was when the best weights move in.
    report.checkpoint.tensors = copies(report.checkpoint.tensors);
    if (!best_.empty()) assign_tensors(parameters_, best_, "the best network");
    model_->eval();
    return report;
  }

 private:
  Next run_epoch() {
    const auto order = train_.order(state_.epoch + 1);
    const double seconds_before = state_.seconds;
    const Stopwatch watch;
    Next next = Next::kContinue;
    while (state_.step < train_.steps()) {
      state_.loss_sum += step(order);
      ++state_.step;
      state_.seconds = seconds_before + watch.seconds();
      if (callbacks_.on_step) next = callbacks_.on_step(step_report());
      if (next == Next::kStop && state_.step < train_.steps()) return next;
    }
    return finish_epoch() == Next::kStop ? Next::kStop : next;
  }

  /// Returns the loss summed over the samples of the batch.
  double step(const std::vector<int64_t>& order) {
    // Halves the cost of a call; what is made in it cannot enter autograd.
    const c10::InferenceMode mode(dense_step_.has_value());
    const Batch batch = train_.training(order, state_.epoch + 1, state_.step);
    const double loss =
        dense_step_ ? dense_step_->run(batch.input, batch.target) : loss_by_autograd(batch);
    require_finite(loss, state_.step + 1);
    optimizer_->step(learning_rate());
    return loss * static_cast<double>(batch.input.size(0));
  }

  /// Leaves the gradients in the parameters.
  double loss_by_autograd(const Batch& batch) {
    torch::Tensor loss;
    {
      const PrecisionScope scope(precision_, device_);
      const auto logits = model_->decode_logits(model_->encode(batch.input));
      loss = loss_of(options_.loss, model_->options().output, logits, batch.target);
    }
    loss.backward();
    return loss.item<double>();
  }

  Next finish_epoch() {
    const Stopwatch watch;
    EpochReport report;
    report.epoch = state_.epoch + 1;
    report.learning_rate = learning_rate(-1);
    report.train_loss = state_.loss_sum / static_cast<double>(train_.samples());
    report.validation_loss = report.train_loss;
    require_finite_weights();
    if (validation_) validate(report);
    report.samples_per_second = static_cast<double>(train_.samples()) / state_.seconds;
    report.seconds = state_.seconds + watch.seconds();
    report.best = state_.best_epoch == 0 || report.validation_loss < state_.best_loss;
    if (report.best) {
      state_.best_epoch = report.epoch;
      state_.best_loss = report.validation_loss;
      best_ = copies(parameters_);
    }
    state_.epoch = report.epoch;
    state_.step = 0;
    state_.loss_sum = 0;
    state_.seconds = 0;
    state_.history.push_back(report);
    return callbacks_.on_epoch ? callbacks_.on_epoch(report, checkpoint()) : Next::kContinue;
  }

  void validate(EpochReport& report) {
    const torch::NoGradGuard no_grad;
    double loss = 0;
    double squared = 0;
    for (int64_t begin = 0; begin < validation_->samples(); begin += kValidationBatch) {
      const int64_t count = std::min(kValidationBatch, validation_->samples() - begin);
      const Batch batch = validation_->plain(begin, count);
      const auto logits = model_->decode_logits(model_->encode(batch.input));
      const auto weight = static_cast<double>(count);
      loss += weight *
              loss_of(options_.loss, model_->options().output, logits, batch.target).item<double>();
      squared += weight * at::mse_loss(model_->output_of(logits), batch.target).item<double>();
    }
    report.validation_loss = loss / static_cast<double>(validation_->samples());
    report.validation_mse = squared / static_cast<double>(validation_->samples());
    require_finite(report.validation_loss, state_.step);
  }

  /// No later loss tells of the last update of a run.
  void require_finite_weights() const {
    const torch::NoGradGuard no_grad;
    for (const auto& [name, tensor] : parameters_) {
      require_finite(tensor.sum().item<double>(), state_.step);
    }
  }

  /// offset: 0 for the step to come, -1 for the one before.
  double learning_rate(int64_t offset = 0) const {
    const int64_t done = state_.epoch * train_.steps() + state_.step + offset;
    return *options_.learning_rate * schedule_factor(options_.schedule, options_.warmup, done,
                                                     options_.epochs * train_.steps());
  }

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
    const auto left = static_cast<double>(options_.epochs - state_.epoch) *
                          static_cast<double>(train_.samples()) -
                      done;
    return {.epoch = state_.epoch + 1,
            .epochs = options_.epochs,
            .step = state_.step,
            .steps = train_.steps(),
            .loss = state_.loss_sum / done,
            .samples_per_second = rate,
            .seconds_left = left / rate};
  }

  Checkpoint checkpoint() const {
    Checkpoint result = state_;
    result.tensors.clear();
    add_with_prefix(result.tensors, "model.", parameters_);
    add_with_prefix(result.tensors, "optimizer.", optimizer_->state());
    // Right after its own epoch the best network is the current one.
    const bool same = state_.best_epoch == state_.epoch && state_.step == 0;
    if (!same) add_with_prefix(result.tensors, "best.", best_);
    return result;
  }

  Autoencoder& model_;
  const TrainerOptions options_;
  const FitCallbacks& callbacks_;
  torch::Device device_;
  Precision precision_;
  Batches train_;
  std::optional<Batches> validation_;
  NamedTensors parameters_;
  std::optional<DenseStep> dense_step_;  ///< Instead of autograd, where it can.
  std::optional<Optimizer> optimizer_;
  NamedTensors best_;
  Checkpoint state_;
};

void check_fit(const Autoencoder& model, const Dataset& train, const TrainerOptions& options) {
  options.validate();
  if (train.size() == 0) throw std::invalid_argument("no samples to train on");
  require_loss_fits(options.loss, model->options().output);
  if (model->options().sample_shape != train.sample_shape()) {
    throw std::invalid_argument("the network takes another shape of sample than the data has");
  }
}

}  // namespace

TrainReport fit(Autoencoder& model, const Dataset& train, const Dataset& validation,
                const TrainerOptions& given, const FitCallbacks& callbacks,
                const Checkpoint* from) {
  check_fit(model, train, given);
  const TrainerOptions options = given.resolved(model->options(), train.size());
  const ThreadScope threads(options.threads);
  if (from == nullptr) {
    model->initialise(static_cast<uint64_t>(options.seed), mean_sample(train));
  }
  Run run(model, train, validation, options, callbacks);
  if (from != nullptr) run.restore(*from);
  return run.run();
}

}  // namespace diabolo
