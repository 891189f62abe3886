#include "lib/training/step_layers.hpp"

#include <stdexcept>
#include <utility>

#include "models/layer.hpp"

namespace diabolo {
namespace {

using Kind = StepLayer::Kind;

/// [out, in, k, k] that lies as [out, k, k, in], as a matrix.
torch::Tensor as_matrix(const torch::Tensor& weight) {
  return weight.dim() == 4 ? weight.permute({0, 2, 3, 1}).view({weight.size(0), -1}) : weight;
}

bool sees_one_pixel(const Layer& layer) {
  return layer.kind == LayerKind::kConv && layer.weight.size(2) == 1 && layer.stride == 1 &&
         layer.padding == 0;
}

/// Builds layers one after the other and knows what shape samples have in between.
class Builder {
 public:
  Builder(const torch::Tensor& values, const torch::Tensor& gradients,
          const std::vector<int64_t>& maps)
      : values_(values), gradients_(gradients), maps_(maps) {}

  void add(const Layer& layer) {
    switch (layer.kind) {
      case LayerKind::kLinear:
        return add_linear(layer);
      case LayerKind::kConv:
        return sees_one_pixel(layer) ? add_linear(layer) : add_conv(layer);
      case LayerKind::kConvTranspose:
        return add_conv_transpose(layer);
      case LayerKind::kReshape:
        return add_reshape(layer.shape);
      case LayerKind::kActivation:
        layers_.back().activation = layer.activation;
        return;
      case LayerKind::kSigmoid:
        return;  // Part of the loss.
      default:
        throw std::logic_error("a layer that no step is written for");
    }
  }

  std::vector<StepLayer> take() { return std::move(layers_); }

 private:
  StepLayer& add_with_weight(Kind kind, const Layer& layer) {
    // Where in the module's memory a parameter lies, which is that of the flat tensors.
    const auto same_place = [](const torch::Tensor& flat, const torch::Tensor& parameter) {
      return flat.as_strided(parameter.sizes(), parameter.strides(), parameter.storage_offset());
    };
    StepLayer added;
    added.kind = kind;
    added.weight = as_matrix(same_place(values_, layer.weight));
    added.weight_transposed = added.weight.t();
    added.bias = same_place(values_, layer.bias);
    added.weight_gradient = as_matrix(same_place(gradients_, layer.weight));
    added.bias_gradient = same_place(gradients_, layer.bias);
    layers_.push_back(added);
    return layers_.back();
  }

  void add_linear(const Layer& layer) {
    StepLayer& added = add_with_weight(Kind::kLinear, layer);
    added.columns = layer.bias.size(0);
    if (maps_.size() == 3) added.rows = maps_[1] * maps_[2];
    if (!maps_.empty()) maps_[0] = added.columns;
  }

  static int64_t places(int64_t size, const Layer& layer) {
    return (size + 2 * layer.padding - layer.weight.size(2)) / layer.stride + 1;
  }

  void add_conv(const Layer& layer) {
    StepLayer& added = add_with_weight(Kind::kConv, layer);
    const std::vector<int64_t> small{layer.weight.size(0), places(maps_[1], layer),
                                     places(maps_[2], layer)};
    added.windows = windows_of(layer, maps_, small);
    go_to(small);
  }

  void add_conv_transpose(const Layer& layer) {
    StepLayer& added = add_with_weight(Kind::kConvTranspose, layer);
    const auto size = [&](size_t i) {
      return (maps_[i] - 1) * layer.stride - 2 * layer.padding + layer.weight.size(2) +
             layer.output_padding[i - 1];
    };
    const std::vector<int64_t> large{layer.weight.size(1), size(1), size(2)};
    added.windows = windows_of(layer, large, maps_);
    go_to(large);
  }

  static Windows windows_of(const Layer& layer, const std::vector<int64_t>& large,
                            const std::vector<int64_t>& small) {
    return {.channels = large[0],
            .height = large[1],
            .width = large[2],
            .rows = small[1],
            .columns = small[2],
            .kernel = layer.weight.size(2),
            .stride = layer.stride,
            .padding = layer.padding};
  }

  void go_to(const std::vector<int64_t>& maps) {
    maps_ = maps;
    layers_.back().rows = maps[1] * maps[2];
    layers_.back().columns = maps[0];
  }

  /// Dense networks have vectors alone.
  void add_reshape(const std::vector<int64_t>& shape) {
    if (maps_.empty()) return;
    const bool flattens = shape.size() == 1;
    if (flattens == (maps_.size() == 1)) return;
    StepLayer added;
    added.kind = flattens ? Kind::kFlatten : Kind::kUnflatten;
    layers_.push_back(added);
    maps_ = shape;
    layers_.back().rows = flattens ? 1 : shape[1] * shape[2];
    layers_.back().columns = shape[0];
  }

  const torch::Tensor& values_;
  const torch::Tensor& gradients_;
  std::vector<int64_t> maps_;  ///< [C, H, W] or [D] of a sample; empty in a dense network.
  std::vector<StepLayer> layers_;
};

}  // namespace

std::vector<StepLayer> step_layers(Autoencoder& model, const torch::Tensor& values,
                                   const torch::Tensor& gradients) {
  const AutoencoderOptions& options = model->options();
  const bool conv = options.arch == Architecture::kConv;
  Builder builder(values, gradients, conv ? options.sample_shape : std::vector<int64_t>{});
  for (const Layer& layer : model->layers(ModelPart::kAutoencoder)) builder.add(layer);
  return builder.take();
}

}  // namespace diabolo
