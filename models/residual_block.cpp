#include "models/residual_block.hpp"

#include "models/activation.hpp"
#include "models/conv_layers.hpp"

namespace diabolo {
namespace {

namespace nn = torch::nn;

/// The largest number of groups up to 8 that divides the channels.
int64_t groups_of(int64_t channels) {
  int64_t groups = std::min<int64_t>(8, channels);
  while (channels % groups != 0) --groups;
  return groups;
}

nn::GroupNorm make_norm(int64_t channels) {
  return nn::GroupNorm(nn::GroupNormOptions(groups_of(channels), channels));
}

}  // namespace

ResidualBlockImpl::ResidualBlockImpl(int64_t channels, Norm norm, Activation activation)
    : kind_(activation),
      activation_(make_activation(activation)),
      first_(register_module("first", same_conv(channels))),
      second_(register_module("second", same_conv(channels))) {
  if (norm == Norm::kNone) return;
  first_norm_ = register_module("first_norm", make_norm(channels));
  second_norm_ = register_module("second_norm", make_norm(channels));
}

torch::Tensor ResidualBlockImpl::forward(const torch::Tensor& x) {
  auto change = first_norm_ ? first_norm_->forward(x) : x;
  change = first_->forward(activation_.forward(change));
  if (second_norm_) change = second_norm_->forward(change);
  return x + second_->forward(activation_.forward(change));
}

void ResidualBlockImpl::initialise(const torch::Generator& generator) {
  constexpr double kSmall = 0.1;
  initialise_conv(*first_, Follows::kActivation, generator);
  initialise_conv(*second_, Follows::kActivation, generator);
  const torch::NoGradGuard no_grad;
  second_->weight.mul_(kSmall);
  for (auto* norm : {&first_norm_, &second_norm_}) {
    if (*norm) (*norm)->reset_parameters();
  }
}

std::vector<Layer> ResidualBlockImpl::layers() {
  std::vector<Layer> layers = {kept_layer(LayerKind::kKeep, kBlockSlot)};
  if (first_norm_) layers.push_back(layer_of(*first_norm_));
  layers.push_back(activation_layer(kind_));
  layers.push_back(layer_of(*first_));
  if (second_norm_) layers.push_back(layer_of(*second_norm_));
  layers.push_back(activation_layer(kind_));
  layers.push_back(layer_of(*second_));
  layers.push_back(kept_layer(LayerKind::kAddKept, kBlockSlot));
  return layers;
}

}  // namespace diabolo
