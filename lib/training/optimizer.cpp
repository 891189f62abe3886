#include "lib/training/optimizer.hpp"

#include <torch/utils.h>

#include "lib/training/tensor_file.hpp"

namespace diabolo {
namespace {

constexpr double kMomentum = 0.9;

std::vector<torch::Tensor> take_gradients(std::vector<torch::Tensor>& parameters) {
  std::vector<torch::Tensor> gradients;
  gradients.reserve(parameters.size());
  for (auto& parameter : parameters) {
    if (!parameter.grad().defined()) throw std::logic_error("a parameter without a gradient");
    gradients.push_back(parameter.grad());
    parameter.mutable_grad().reset();
  }
  return gradients;
}

using Tensors = std::vector<torch::Tensor>;

void adam_update(const OptimizerOptions& options, double weight_decay, const Tensors& parameters,
                 const Tensors& gradients, const Tensors& first, const Tensors& second,
                 const Tensors& steps, double learning_rate) {
  at::_fused_adam_(parameters, gradients, first, second, /*max_exp_avg_sqs=*/{}, steps,
                   learning_rate, options.beta1, options.beta2, weight_decay, options.epsilon,
                   /*amsgrad=*/false, /*maximize=*/false);
}

void adamw_update(const OptimizerOptions& options, double weight_decay, const Tensors& parameters,
                  const Tensors& gradients, const Tensors& first, const Tensors& second,
                  const Tensors& steps, double learning_rate) {
  at::_fused_adamw_(parameters, gradients, first, second, /*max_exp_avg_sqs=*/{}, steps,
                    learning_rate, options.beta1, options.beta2, weight_decay, options.epsilon,
                    /*amsgrad=*/false, /*maximize=*/false);
}

}  // namespace

Optimizer::Optimizer(const NamedTensors& parameters, const OptimizerOptions& options)
    : options_(options), groups_(2) {
  groups_[0].weight_decay = options.weight_decay;
  for (const auto& [name, parameter] : parameters) {
    Group& group = groups_[parameter.dim() > 1 ? 0 : 1];
    group.names.push_back(name);
    group.parameters.push_back(parameter);
    group.first_moments.push_back(torch::zeros_like(parameter));
    if (options.kind == OptimizerKind::kSgd) continue;
    group.second_moments.push_back(torch::zeros_like(parameter));
    group.steps.push_back(torch::zeros({}, parameter.options().requires_grad(false)));
  }
}

void Optimizer::step(double learning_rate) {
  const torch::NoGradGuard no_grad;
  for (Group& group : groups_) {
    if (!group.parameters.empty()) step_group(group, learning_rate);
  }
}

void Optimizer::step_group(Group& group, double learning_rate) {
  const auto gradients = take_gradients(group.parameters);
  if (options_.kind == OptimizerKind::kSgd) {
    // Moments start at zero, so the first step needs no case of its own.
    at::_fused_sgd_(group.parameters, gradients, group.first_moments, group.weight_decay, kMomentum,
                    learning_rate, /*dampening=*/0.0, /*nesterov=*/false, /*maximize=*/false,
                    /*is_first_step=*/false);
    return;
  }
  at::_foreach_add_(group.steps, 1);
  const auto update = options_.kind == OptimizerKind::kAdamW ? adamw_update : adam_update;
  update(options_, group.weight_decay, group.parameters, gradients, group.first_moments,
         group.second_moments, group.steps, learning_rate);
}

NamedTensors Optimizer::state() const {
  NamedTensors state;
  for (const Group& group : groups_) {
    for (size_t i = 0; i < group.names.size(); ++i) {
      state["exp_avg." + group.names[i]] = group.first_moments[i];
      if (group.second_moments.empty()) continue;
      state["exp_avg_sq." + group.names[i]] = group.second_moments[i];
      state["step." + group.names[i]] = group.steps[i];
    }
  }
  return state;
}

void Optimizer::load_state(const NamedTensors& state) {
  assign_tensors(this->state(), state, "the checkpoint");
}

}  // namespace diabolo
