#include "lib/training/muon.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "models/layer.hpp"

namespace diabolo {

std::set<std::string> hidden_matrices(Autoencoder model) {
  std::vector<torch::Tensor> weights;
  for (const Layer& layer : model->layers(ModelPart::kAutoencoder)) {
    if (layer.weight.defined() && layer.weight.dim() > 1) weights.push_back(layer.weight);
  }
  std::set<const void*> places;
  for (size_t i = 1; i + 1 < weights.size(); ++i) {
    if (weights[i].dim() == 2) places.insert(weights[i].data_ptr());
  }
  std::set<std::string> names;
  for (const auto& item : model->named_parameters()) {
    if (places.contains(item.value().data_ptr())) names.insert(item.key());
  }
  return names;
}

bool has_hidden_matrices(const AutoencoderOptions& model) {
  return model.arch == Architecture::kDense ? !model.hidden.empty()
                                            : model.code == CodeShape::kVector;
}

torch::Tensor orthogonalised(const torch::Tensor& matrix, torch::ScalarType type) {
  constexpr int kIterations = 5;
  constexpr double kX = 3.4445;  // X <- kX X + kX3 (X X^T) X + kX5 (X X^T)^2 X
  constexpr double kX3 = -4.7750;
  constexpr double kX5 = 2.0315;
  constexpr double kSmallest = 1e-7;
  const bool tall = matrix.size(0) > matrix.size(1);
  auto x = (tall ? matrix.t() : matrix).to(type);
  x = x / x.norm().clamp_min(kSmallest);
  for (int i = 0; i < kIterations; ++i) {
    const auto square = x.mm(x.t());
    x = at::addmm(x, at::addmm(square, square, square, kX3, kX5), x, kX);
  }
  return tall ? x.t() : x;
}

void muon_update(torch::Tensor weight, const torch::Tensor& gradient, torch::Tensor momentum,
                 double rate, double weight_decay, torch::ScalarType type) {
  constexpr double kMomentum = 0.95;
  momentum.lerp_(gradient, 1 - kMomentum);
  const auto step = orthogonalised(gradient.lerp(momentum, kMomentum), type);
  const auto shape = static_cast<double>(weight.size(0)) / static_cast<double>(weight.size(1));
  weight.mul_(1 - rate * weight_decay);
  weight.sub_(step, rate * std::sqrt(std::max(1.0, shape)));
}

}  // namespace diabolo
