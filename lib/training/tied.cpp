#include "lib/training/tied.hpp"

#include <torch/utils.h>

namespace diabolo {
namespace {

/// Encoder's and decoder's tensors of each weight that they share.
std::vector<std::pair<torch::Tensor, torch::Tensor>> pairs_of(const NamedTensors& tensors) {
  const auto weights = [&](const std::string& prefix) {
    std::map<int64_t, torch::Tensor> found;  // By the number of the layer.
    for (const auto& [name, tensor] : with_prefix(tensors, prefix)) {
      if (name.ends_with(".weight")) found[std::stoll(name)] = tensor;
    }
    return found;
  };
  const auto encoder = weights("encoder.layers."), decoder = weights("decoder.layers.");
  std::vector<std::pair<torch::Tensor, torch::Tensor>> pairs;
  auto mirror = decoder.rbegin();
  for (const auto& [layer, weight] : encoder) pairs.emplace_back(weight, (mirror++)->second);
  return pairs;
}

}  // namespace

void tie_weights(const NamedTensors& parameters) {
  const torch::NoGradGuard no_grad;
  for (auto& [encoder, decoder] : pairs_of(parameters)) decoder.copy_(encoder.t());
}

void tie_gradients(const NamedTensors& gradients) {
  for (auto& [encoder, decoder] : pairs_of(gradients)) {
    encoder.add_(decoder.t());
    decoder.copy_(encoder.t());
  }
}

}  // namespace diabolo
