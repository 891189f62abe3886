#include "lib/training/optimizer.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <array>

#include "lib/training/muon.hpp"

namespace diabolo {
namespace {

constexpr double kMomentum = 0.9;
constexpr double kMuonRate = 4;  // Of its learning rate and that of the other parameters.

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

Optimizer::Optimizer(const OptimizerOptions& options, const torch::Tensor& like)
    : options_(options),
      groups_(3),
      step_count_(like.new_zeros({})),
      one_(torch::ones_like(step_count_)) {
  const bool muon = options.kind == OptimizerKind::kMuon;
  for (Group& group : groups_) group.kind = muon ? OptimizerKind::kAdamW : options.kind;
  groups_[2].kind = OptimizerKind::kMuon;
  groups_[0].weight_decay = groups_[2].weight_decay = options.weight_decay;
}

Optimizer::Optimizer(const NamedTensors& parameters, const OptimizerOptions& options)
    : Optimizer(options, parameters.begin()->second) {
  NamedTensors first;
  NamedTensors second;
  for (const auto& [name, parameter] : parameters) {
    first[name] = torch::zeros_like(parameter);
    second[name] = torch::zeros_like(parameter);
    add(group_of(name, parameter), parameter, first[name], second[name]);
  }
  name_state(first, second);
}

Optimizer::Optimizer(const FlatParameters& parameters, const OptimizerOptions& options, Share share)
    : Optimizer(options, parameters.values()) {
  const auto first = torch::zeros_like(parameters.values());
  const auto second = torch::zeros_like(parameters.values());
  const NamedTensors firsts = parameters.views(first);
  const NamedTensors seconds = parameters.views(second);
  name_state(firsts, seconds);
  flat_moments_ = {first};
  if (options.kind != OptimizerKind::kSgd) flat_moments_.push_back(second);
  if (!options.by_muon.empty()) {
    TORCH_CHECK(share.size == 1, "Muon updates whole matrices");
    const NamedTensors gradients = parameters.views(parameters.gradients());
    for (const auto& [name, value] : parameters.views(parameters.values())) {
      Group& group = group_of(name, value);
      add(group, value, firsts.at(name), seconds.at(name));
      group.gradients.push_back(gradients.at(name));
    }
    return;
  }
  const int64_t count = first.numel();
  const std::array ends{int64_t{0}, parameters.weights(), count};
  for (size_t i = 0; i < 2; ++i) {
    const int64_t begin = std::max(ends[i], share.begin(count));
    const int64_t end = std::min(ends[i + 1], share.end(count));
    if (begin >= end) continue;
    const auto part = [&](const torch::Tensor& flat) { return flat.narrow(0, begin, end - begin); };
    add(groups_[i], part(parameters.values()), part(first), part(second));
    groups_[i].gradients = {part(parameters.gradients())};
  }
}

Optimizer::Group& Optimizer::group_of(const std::string& name, const torch::Tensor& parameter) {
  if (options_.by_muon.contains(name)) return groups_[2];
  return groups_[parameter.dim() > 1 ? 0 : 1];
}

void Optimizer::add(Group& group, const torch::Tensor& parameter, const torch::Tensor& first,
                    const torch::Tensor& second) const {
  group.parameters.push_back(parameter);
  group.first_moments.push_back(first);
  group.second_moments.push_back(second);
  group.steps.push_back(step_count_);
}

/// One step count under each name, so that a checkpoint reads the same however it was trained.
void Optimizer::name_state(const NamedTensors& first, const NamedTensors& second) {
  for (const auto& [name, moment] : first) {
    state_["exp_avg." + name] = moment;
    if (options_.kind == OptimizerKind::kSgd || options_.by_muon.contains(name)) continue;
    state_["exp_avg_sq." + name] = second.at(name);
    state_["step." + name] = step_count_;
  }
}

void Optimizer::step(double learning_rate) {
  const torch::NoGradGuard no_grad;
  step_count_.add_(one_);
  for (Group& group : groups_) {
    if (group.parameters.empty()) continue;
    const bool stay = !group.gradients.empty();
    step_group(group, stay ? group.gradients : take_gradients(group.parameters), learning_rate);
  }
}

void Optimizer::step_group(const Group& group, const Tensors& gradients,
                           double learning_rate) const {
  if (group.kind == OptimizerKind::kMuon) {
    for (size_t i = 0; i < gradients.size(); ++i) {
      muon_update(group.parameters[i], gradients[i], group.first_moments[i],
                  learning_rate * kMuonRate, group.weight_decay, options_.muon_type);
    }
    return;
  }
  if (group.kind == OptimizerKind::kSgd) {
    // Moments start at zero, so the first step needs no case of its own.
    at::_fused_sgd_(group.parameters, gradients, group.first_moments, group.weight_decay, kMomentum,
                    learning_rate, /*dampening=*/0.0, /*nesterov=*/false, /*maximize=*/false,
                    /*is_first_step=*/false);
    return;
  }
  const auto update = group.kind == OptimizerKind::kAdamW ? adamw_update : adam_update;
  update(options_, group.weight_decay, group.parameters, gradients, group.first_moments,
         group.second_moments, group.steps, learning_rate);
}

void Optimizer::load_state(const NamedTensors& state) {
  assign_tensors(state_, state, "the checkpoint");
}

}  // namespace diabolo
