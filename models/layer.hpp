#pragma once

#include <torch/nn/modules/container/sequential.h>
#include <torch/types.h>

#include <vector>

#include "models/options.hpp"

namespace diabolo {

enum class LayerKind {
  kLinear,         ///< y = x W^T + b; weight [out, in].
  kConv,           ///< weight [out, in, k, k].
  kConvTranspose,  ///< weight [in, out, k, k].
  kActivation,
  kSigmoid,
  kReshape,    ///< [N, ...] to [N, ...shape].
  kShift,      ///< y = x + bias; bias [D].
  kScale,      ///< y = x * weight; weight [D].
  kGroupNorm,  ///< Mean 0 and variance 1 over each of `groups`; then x * weight + bias, [C] each.
  kKeep,       ///< y = x, which a later layer reads again as what is kept in `slot`.
  kAddKept,    ///< y = kept + x.
  kSubtractFrom,  ///< y = kept - x.
  kFill,          ///< y = x, or bias where x is NaN; bias [D].
};

/// One step of a network as plain data, so that exporters need to know no architecture.
struct Layer {
  LayerKind kind = LayerKind::kReshape;
  torch::Tensor weight, bias;                 ///< Of the first three kinds; not copied.
  int64_t stride = 1, padding = 0;            ///< Both sides, both dimensions.
  std::vector<int64_t> output_padding;        ///< Height and width; of kConvTranspose.
  Activation activation = Activation::kSilu;  ///< Of kActivation.
  std::vector<int64_t> shape;                 ///< Of kReshape, without N; of what kGroupNorm takes.
  int64_t groups = 1;                         ///< Of kGroupNorm.
  double epsilon = 0;                         ///< Of kGroupNorm, added to the variance.
  int64_t slot = 0;                           ///< Of kKeep and what reads it.
};

// Slots of kKeep. A block's may be written again by the next one.
inline constexpr int64_t kInputSlot = 0;
inline constexpr int64_t kBlockSlot = 1;
inline int64_t skip_slot(size_t level) { return kBlockSlot + static_cast<int64_t>(level); }

Layer kept_layer(LayerKind kind, int64_t slot);
Layer activation_layer(Activation activation);

/// The layers of a Sequential of Linear, Conv2d, ConvTranspose2d and activations, in order.
/// activation: what the parameterless modules between them are.
std::vector<Layer> layers_of(torch::nn::Sequential& modules, Activation activation);

/// y = x + bias, and y = x * weight, value by value.
Layer shift_layer(const torch::Tensor& bias);
Layer scale_layer(const torch::Tensor& weight);

/// y = x, with `bias` in the place of NaN.
Layer fill_layer(const torch::Tensor& bias);

/// [N, ...] to [N, ...shape].
Layer reshape_layer(const std::vector<int64_t>& shape);

/// One module with a weight.
Layer layer_of(torch::nn::Module& module);

}  // namespace diabolo
