#pragma once

#include <optional>

#include "lib/training/batches.hpp"
#include "lib/training/distributed/group.hpp"
#include "lib/training/named_tensors.hpp"
#include "lib/training/objective.hpp"
#include "lib/training/optimizer.hpp"
#include "lib/training/written_step.hpp"

namespace diabolo {

/// What a step of training does: forward, backward, the sum over ranks, the update. It gives
/// every rank the same weights: by the gradients of the whole batch, or by those of the rank's
/// share of the parameters, which it updates for all.
class Stepper {
 public:
  /// The network lies on `device`; where its parameters lie is the stepper's while it lives.
  Stepper(Autoencoder& model, const TrainerOptions& options, const torch::Device& device,
          Precision precision, Group& group);

  /// What gradients() is given must be made in c10::InferenceMode(without_autograd()).
  bool without_autograd() const { return written_step_.has_value(); }

  /// Leaves the gradients that update() needs, of the mean loss of a batch; returns that loss.
  /// part   this rank's share of the batch, which may be empty
  /// whole  samples of the whole batch, > 0
  /// stop   in: this rank is to stop after this step; out: some rank is
  double gradients(const Batch& part, int64_t whole, bool& stop);
  /// One update from those gradients, by all ranks.
  void update(double learning_rate);

  /// Gives all ranks the parameters and the optimizer's state of the first.
  void share_state();
  /// Makes the optimizer's state whole on all ranks, where each of them updates a share: to be
  /// called by all before the state is saved.
  void gather_state();

  const NamedTensors& parameters() const { return parameters_; }
  Optimizer& optimizer() { return *optimizer_; }
  const Optimizer& optimizer() const { return *optimizer_; }

 private:
  void tie();
  double loss_of_part(const Batch& part, double weight);
  double loss_by_autograd(const Batch& part, double weight);
  void sum_gradients(bool have_some);
  void sum_autograd_gradients(bool have_some);

  Autoencoder& model_;
  Objective objective_;
  bool tied_;
  torch::Device device_;
  Precision precision_;
  Group& group_;
  NamedTensors parameters_;
  std::optional<WrittenStep> written_step_;  ///< Instead of autograd, where it can.
  std::optional<Optimizer> optimizer_;
  bool shares_update_ = false;  ///< Each rank updates its share of the parameters.
  torch::Tensor sums_;          ///< [n] float32: autograd's gradients on their way between ranks.
};

}  // namespace diabolo
