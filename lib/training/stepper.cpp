#include "lib/training/stepper.hpp"

#include <torch/utils.h>

#include <stdexcept>

#include "lib/training/muon.hpp"
#include "lib/training/tied.hpp"

namespace diabolo {

Stepper::Stepper(Autoencoder& model, const TrainerOptions& options, const torch::Device& device,
                 Precision precision, Group& group)
    : model_(model),
      objective_(options),
      tied_(options.tied),
      device_(device),
      precision_(precision),
      group_(group),
      parameters_(named_parameters(model)) {
  if (group.size() > 1 && !device.is_cpu()) {
    throw std::invalid_argument("device: several processes train together on cpu alone, not on " +
                                device.str() + "; give --device cpu, or start one process");
  }
  OptimizerOptions optimizer = options.optimizer_options();
  if (optimizer.kind == OptimizerKind::kMuon) {
    optimizer.by_muon = hidden_matrices(model);
    if (precision == Precision::kBf16) optimizer.muon_type = torch::kBFloat16;
  }
  // Alike on all ranks, also where their processors differ: they exchange other tensors then.
  const bool written =
      WrittenStep::can(model, device, precision) && objective_.is_plain(model->options());
  if (!group.any(!written)) {
    written_step_.emplace(model, options.loss, precision);
    // Muon needs whole matrices, tied weights the gradients of both halves.
    shares_update_ = group.size() > 1 && optimizer.by_muon.empty() && !tied_;
    optimizer_.emplace(written_step_->parameters(), optimizer,
                       shares_update_ ? share_of(group) : Share{});
  } else {
    optimizer_.emplace(parameters_, optimizer);
  }
}

double Stepper::gradients(const Batch& part, int64_t whole, bool& stop) {
  const int64_t count = part.input.size(0);
  const double weight = static_cast<double>(count) / static_cast<double>(whole);
  const double loss = count > 0 ? loss_of_part(part, weight) : 0.0;
  if (group_.size() == 1) {
    tie();
    return loss;
  }
  auto sums = torch::tensor({loss * weight, stop ? 1.0 : 0.0}, torch::kFloat64);
  group_.sum(sums);
  sum_gradients(count > 0);
  tie();
  stop = sums[1].item<double>() > 0;
  return sums[0].item<double>();
}

/// Both halves get the gradient of the weights that they share.
void Stepper::tie() {
  if (!tied_) return;
  const torch::NoGradGuard no_grad;
  NamedTensors gradients;
  if (written_step_)
    gradients = written_step_->parameters().views(written_step_->parameters().gradients());
  for (const auto& [name, parameter] : parameters_) {
    if (!written_step_) gradients[name] = parameter.grad();
  }
  tie_gradients(gradients);
}

void Stepper::update(double learning_rate) {
  optimizer_->step(learning_rate);
  if (shares_update_) group_.gather_shares(written_step_->parameters().values());
  if (tied_) tie_weights(parameters_);
}

/// Leaves the gradients, multiplied by `weight`.
double Stepper::loss_of_part(const Batch& part, double weight) {
  return written_step_ ? written_step_->run(part.input, part.target, weight)
                       : loss_by_autograd(part, weight);
}

double Stepper::loss_by_autograd(const Batch& part, double weight) {
  torch::Tensor loss;
  {
    const PrecisionScope scope(precision_, device_);
    loss = objective_.of(model_, part);
  }
  (weight == 1 ? loss : loss * weight).backward();
  return loss.item<double>();
}

/// A rank that had no samples joins with zeros.
void Stepper::sum_gradients(bool have_some) {
  const torch::NoGradGuard no_grad;
  if (!written_step_) return sum_autograd_gradients(have_some);
  auto gradients = written_step_->parameters().gradients();
  if (!have_some) gradients.zero_();  // They are those of the step before.
  if (shares_update_) {
    group_.sum_to_shares(gradients);
  } else {
    group_.sum(gradients);
  }
}

void Stepper::sum_autograd_gradients(bool have_some) {
  if (!sums_.defined()) {
    int64_t count = 0;
    for (const auto& [name, parameter] : parameters_) count += parameter.numel();
    sums_ = torch::zeros({count}, torch::kFloat32);
  }
  NamedTensors places;
  int64_t begin = 0;
  for (const auto& [name, parameter] : parameters_) {
    // With the parameter's strides: the optimizer runs through both as they lie.
    auto place = sums_.as_strided(parameter.sizes(), parameter.strides(), begin);
    begin += parameter.numel();
    if (have_some) {
      place.copy_(parameter.grad());
    } else {
      place.zero_();
    }
    places[name] = place;
  }
  group_.sum(sums_);
  for (auto& [name, parameter] : parameters_) parameter.mutable_grad() = places[name];
}

void Stepper::share_state() {
  const torch::NoGradGuard no_grad;
  for (const NamedTensors* tensors : {&std::as_const(parameters_), &optimizer_->state()}) {
    for (const auto& [name, tensor] : *tensors) group_.broadcast(tensor.detach(), /*from=*/0);
  }
}

void Stepper::gather_state() {
  if (!shares_update_) return;
  for (const auto& moments : optimizer_->flat_moments()) group_.gather_shares(moments);
}

}  // namespace diabolo
