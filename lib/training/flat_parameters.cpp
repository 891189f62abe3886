#include "lib/training/flat_parameters.hpp"

#include <torch/utils.h>

namespace diabolo {

FlatParameters::FlatParameters(const NamedTensors& parameters) : parameters_(parameters) {
  const torch::NoGradGuard no_grad;
  int64_t count = 0;
  for (const auto& [name, parameter] : parameters_) {
    count += parameter.numel();
    if (parameter.dim() > 1) weights_ += parameter.numel();
  }
  values_ = torch::zeros({count}, torch::kFloat32);
  gradients_ = torch::zeros({count}, torch::kFloat32);
  NamedTensors values = views(values_);
  NamedTensors gradients = views(gradients_);
  for (auto& [name, parameter] : parameters_) {
    values.at(name).copy_(parameter);
    parameter.set_data(values.at(name));
    parameter.mutable_grad() = gradients.at(name);
  }
}

FlatParameters::~FlatParameters() {
  for (auto& [name, parameter] : parameters_) {
    parameter.set_data(parameter.detach().clone());
    parameter.mutable_grad().reset();
  }
}

NamedTensors FlatParameters::views(const torch::Tensor& flat) const {
  NamedTensors result;
  int64_t begin = 0;
  for (const bool weights : {true, false}) {
    for (const auto& [name, parameter] : parameters_) {
      if ((parameter.dim() > 1) != weights) continue;
      // With its strides: weights of convolutions lie as [out, k, k, in].
      result[name] = flat.as_strided(parameter.sizes(), parameter.strides(), begin);
      begin += parameter.numel();
    }
  }
  return result;
}

}  // namespace diabolo
