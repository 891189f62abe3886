#include "models/layer.hpp"

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>

#include <variant>

namespace diabolo {
namespace {

/// stride and padding of a convolution whose two dimensions are treated alike.
template <typename Conv>
Layer conv_layer(LayerKind kind, const Conv& conv) {
  const auto& padding = std::get<torch::ExpandingArray<2>>(conv.options.padding());
  return {.kind = kind,
          .weight = conv.weight,
          .bias = conv.bias,
          .stride = conv.options.stride()->at(0),
          .padding = padding->at(0),
          .output_padding = {},
          .activation = {},
          .shape = {},
          .groups = 1,
          .epsilon = 0,
          .slot = 0};
}

}  // namespace

Layer shift_layer(const torch::Tensor& bias) {
  Layer layer;
  layer.kind = LayerKind::kShift;
  layer.bias = bias;
  return layer;
}

Layer scale_layer(const torch::Tensor& weight) {
  Layer layer;
  layer.kind = LayerKind::kScale;
  layer.weight = weight;
  return layer;
}

Layer fill_layer(const torch::Tensor& bias) {
  Layer layer;
  layer.kind = LayerKind::kFill;
  layer.bias = bias;
  return layer;
}

Layer reshape_layer(const std::vector<int64_t>& shape) {
  Layer layer;
  layer.kind = LayerKind::kReshape;
  layer.shape = shape;
  return layer;
}

Layer kept_layer(LayerKind kind, int64_t slot) {
  Layer layer;
  layer.kind = kind;
  layer.slot = slot;
  return layer;
}

Layer activation_layer(Activation activation) {
  Layer layer;
  layer.kind = LayerKind::kActivation;
  layer.activation = activation;
  return layer;
}

Layer layer_of(torch::nn::Module& module) {
  if (auto* linear = module.as<torch::nn::LinearImpl>()) {
    Layer layer;
    layer.kind = LayerKind::kLinear;
    layer.weight = linear->weight;
    layer.bias = linear->bias;
    return layer;
  }
  if (auto* conv = module.as<torch::nn::Conv2dImpl>()) return conv_layer(LayerKind::kConv, *conv);
  if (auto* conv = module.as<torch::nn::ConvTranspose2dImpl>()) {
    Layer layer = conv_layer(LayerKind::kConvTranspose, *conv);
    layer.output_padding = {conv->options.output_padding()->at(0),
                            conv->options.output_padding()->at(1)};
    return layer;
  }
  if (auto* norm = module.as<torch::nn::GroupNormImpl>()) {
    Layer layer;
    layer.kind = LayerKind::kGroupNorm;
    layer.weight = norm->weight;
    layer.bias = norm->bias;
    layer.groups = norm->options.num_groups();
    layer.epsilon = norm->options.eps();
    return layer;
  }
  throw std::logic_error("a module that no layer describes");
}

std::vector<Layer> layers_of(torch::nn::Sequential& modules, Activation activation) {
  std::vector<Layer> layers;
  for (size_t i = 0; i < modules->size(); ++i) {
    const auto module = modules[i];
    if (module->parameters(/*recurse=*/false).empty()) {
      layers.push_back(activation_layer(activation));
    } else {
      layers.push_back(layer_of(*module));
    }
  }
  return layers;
}

}  // namespace diabolo
