#include "lib/training/named_tensors.hpp"

#include <torch/utils.h>

#include <stdexcept>

namespace diabolo {

NamedTensors named_parameters(const Autoencoder& model) {
  NamedTensors named;
  for (const auto& item : model->named_parameters()) named[item.key()] = item.value();
  return named;
}

NamedTensors copies(const NamedTensors& tensors) {
  NamedTensors result;
  for (const auto& [name, tensor] : tensors) result[name] = tensor.detach().clone();
  return result;
}

NamedTensors with_prefix(const NamedTensors& tensors, const std::string& prefix) {
  NamedTensors result;
  for (const auto& [name, tensor] : tensors) {
    if (name.starts_with(prefix)) result[name.substr(prefix.size())] = tensor;
  }
  return result;
}

void add_with_prefix(NamedTensors& to, const std::string& prefix, const NamedTensors& from) {
  for (const auto& [name, tensor] : from) to[prefix + name] = tensor.detach();
}

void assign_tensors(const NamedTensors& to, const NamedTensors& from, const std::string& what) {
  const torch::NoGradGuard no_grad;
  for (const auto& [name, tensor] : to) {
    const auto found = from.find(name);
    if (found == from.end()) throw std::runtime_error(what + " lacks the tensor '" + name + "'");
    if (found->second.sizes() != tensor.sizes()) {
      throw std::runtime_error(what + ": tensor '" + name + "' has another shape than the network");
    }
    torch::Tensor(tensor).copy_(found->second);
  }
}

}  // namespace diabolo
