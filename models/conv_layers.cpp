#include "models/conv_layers.hpp"

#include <torch/nn/modules/linear.h>

namespace diabolo {
namespace {

namespace nn = torch::nn;

constexpr int64_t kKernel = 3;
constexpr int64_t kStride = 2;
constexpr int64_t kPadding = 1;

int64_t stride_of(nn::Module& layer) {
  if (auto* conv = layer.as<nn::Conv2dImpl>()) return conv->options.stride()->at(0);
  if (auto* conv = layer.as<nn::ConvTranspose2dImpl>()) return conv->options.stride()->at(0);
  return 1;
}

}  // namespace

nn::Conv2d halving_conv(int64_t from, int64_t to) {
  return nn::Conv2d(nn::Conv2dOptions(from, to, kKernel).stride(kStride).padding(kPadding));
}

nn::ConvTranspose2d doubling_conv(const std::vector<int64_t>& from,
                                  const std::vector<int64_t>& to) {
  // A transposed convolution gives 2h - 1 rows; one more where the wanted size is even.
  const std::vector<int64_t> extra = {to[1] - (kStride * from[1] - 1),
                                      to[2] - (kStride * from[2] - 1)};
  return nn::ConvTranspose2d(nn::ConvTranspose2dOptions(from[0], to[0], kKernel)
                                 .stride(kStride)
                                 .padding(kPadding)
                                 .output_padding(extra));
}

nn::Conv2d same_conv(int64_t channels) {
  return nn::Conv2d(nn::Conv2dOptions(channels, channels, kKernel).padding(kPadding));
}

void use_conv_layout(nn::Module& module) {
  for (auto& parameter : module.parameters()) {
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(kConvLayout));
  }
}

void initialise_conv(nn::Module& layer, Follows follows, const torch::Generator& generator) {
  auto parameters = layer.named_parameters(/*recurse=*/false);
  torch::Tensor& weight = parameters["weight"];
  const bool transposed = layer.as<nn::ConvTranspose2dImpl>() != nullptr;
  const auto area = static_cast<double>(weight[0][0].numel());
  const auto inputs = static_cast<double>(weight.size(transposed ? 0 : 1));
  const auto outputs = static_cast<double>(weight.size(transposed ? 1 : 0));
  // The fans count what really meets: a transposed convolution of stride s reads kernel^2 / s^2
  // positions for each output.
  const auto steps = static_cast<double>(stride_of(layer) * stride_of(layer));
  const double fan_in = inputs * area / (transposed ? steps : 1);
  const double fan_out = outputs * area / (transposed ? 1 : steps);
  draw_weight(weight, fan_in, fan_out, follows, generator);
  const torch::NoGradGuard no_grad;
  parameters["bias"].zero_();
}

torch::Tensor with_sample_shape(const torch::Tensor& batch, std::vector<int64_t> shape) {
  shape.insert(shape.begin(), batch.size(0));
  return batch.reshape(shape);
}

}  // namespace diabolo
