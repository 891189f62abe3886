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
  if (DenseStep::can(model, device) && objective_.is_plain(model->options())) {
    dense_step_.emplace(model, options.loss, precision);
    optimizer_.emplace(dense_step_->parameters(), optimizer);
  } else {
    optimizer_.emplace(parameters_, optimizer);
  }
}

double Stepper::gradients(const Batch& part, int64_t whole, bool& stop) {
  const double loss = part.input.size(0) > 0 ? loss_of_part(part) : 0.0;
  if (group_.size() == 1) {
    tie();
    return loss;
  }
  const double weight = static_cast<double>(part.input.size(0)) / static_cast<double>(whole);
  auto sums = torch::tensor({loss * weight, stop ? 1.0 : 0.0}, torch::kFloat64);
  group_.sum(sums);
  sum_gradients(weight);
  tie();
  stop = sums[1].item<double>() > 0;
  return sums[0].item<double>();
}

/// Both halves get the gradient of the weights that they share.
void Stepper::tie() {
  if (!tied_) return;
  const torch::NoGradGuard no_grad;
  NamedTensors gradients;
  if (dense_step_)
    gradients = dense_step_->parameters().views(dense_step_->parameters().gradients());
  for (const auto& [name, parameter] : parameters_) {
    if (!dense_step_) gradients[name] = parameter.grad();
  }
  tie_gradients(gradients);
}

void Stepper::update(double learning_rate) {
  optimizer_->step(learning_rate);
  if (tied_) tie_weights(parameters_);
}

double Stepper::loss_of_part(const Batch& part) {
  return dense_step_ ? dense_step_->run(part.input, part.target) : loss_by_autograd(part);
}

/// Leaves the gradients in the parameters.
double Stepper::loss_by_autograd(const Batch& part) {
  torch::Tensor loss;
  {
    const PrecisionScope scope(precision_, device_);
    loss = objective_.of(model_, part);
  }
  loss.backward();
  return loss.item<double>();
}

/// weight: of this rank's samples among those of all, 0 when it had none.
void Stepper::sum_gradients(double weight) {
  const torch::NoGradGuard no_grad;
  if (!dense_step_) return sum_autograd_gradients(weight);
  auto gradients = dense_step_->parameters().gradients();
  if (weight > 0) {
    gradients.mul_(weight);
  } else {
    gradients.zero_();  // They are those of the step before.
  }
  group_.sum(gradients);
}

void Stepper::sum_autograd_gradients(double weight) {
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
    if (weight > 0) {
      at::mul_out(place, parameter.grad(), torch::scalar_tensor(weight));
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

}  // namespace diabolo
