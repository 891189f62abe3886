#include "models/conv.hpp"

#include <torch/nn/modules/conv.h>
#include <torch/nn/modules/linear.h>

#include "models/activation.hpp"
#include "models/initialise.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace nn = torch::nn;

constexpr int64_t kKernel = 3;
constexpr int64_t kStride = 2;
constexpr int64_t kPadding = 1;

/// oneDNN runs these layers about twice as fast on [N, H, W, C] memory.
constexpr auto kLayout = torch::MemoryFormat::ChannelsLast;

/// Moves the weights of every convolution in `features` to the fast layout.
nn::Sequential in_fast_layout(nn::Sequential features) {
  for (auto& parameter : features->parameters()) {
    if (parameter.dim() == 4) parameter.set_data(parameter.contiguous(kLayout));
  }
  return features;
}

nn::Sequential make_encoder_features(const ConvOptions& options) {
  options.validate();
  const auto maps = options.map_shapes();
  nn::Sequential features;
  for (size_t i = 0; i + 1 < maps.size(); ++i) {
    features->push_back(nn::Conv2d(
        nn::Conv2dOptions(maps[i][0], maps[i + 1][0], kKernel).stride(kStride).padding(kPadding)));
    features->push_back(make_activation(options.activation));
  }
  return in_fast_layout(features);
}

nn::Sequential make_decoder_features(const ConvOptions& options) {
  const auto maps = options.map_shapes();
  nn::Sequential features;
  for (size_t i = maps.size() - 1; i > 0; --i) {
    const auto& from = maps[i];
    const auto& to = maps[i - 1];
    // A transposed convolution gives 2h - 1 rows; one more where the wanted size is even.
    const std::vector<int64_t> extra = {to[1] - (kStride * from[1] - 1),
                                        to[2] - (kStride * from[2] - 1)};
    features->push_back(make_activation(options.activation));
    features->push_back(nn::ConvTranspose2d(nn::ConvTranspose2dOptions(from[0], to[0], kKernel)
                                                .stride(kStride)
                                                .padding(kPadding)
                                                .output_padding(extra)));
  }
  return in_fast_layout(features);
}

/// The linear layer between the last feature map and the code, in one direction or the other.
nn::AnyModule make_code_layer(const ConvOptions& options, bool encoding) {
  options.validate();
  const auto map = options.map_shapes().back();
  const bool vector = options.code == CodeShape::kVector;
  int64_t from = vector ? values_in(map) : map[0];
  int64_t to = options.latent;
  if (!encoding) std::swap(from, to);
  return vector ? nn::AnyModule(nn::Linear(from, to))
                : nn::AnyModule(nn::Conv2d(nn::Conv2dOptions(from, to, /*kernel_size=*/1)));
}

/// weight and bias of a Linear, Conv2d or ConvTranspose2d; fans count what really meets:
/// a transposed convolution of stride s reads kernel^2 / s^2 positions for each output.
void initialise_layer(nn::Module& layer, Follows follows, const torch::Generator& generator) {
  auto parameters = layer.named_parameters(/*recurse=*/false);
  torch::Tensor& weight = parameters["weight"];
  const bool transposed = layer.as<nn::ConvTranspose2dImpl>() != nullptr;
  const auto area = static_cast<double>(weight[0][0].numel());
  const auto inputs = static_cast<double>(weight.size(transposed ? 0 : 1));
  const auto outputs = static_cast<double>(weight.size(transposed ? 1 : 0));
  const double steps = area > 1 ? kStride * kStride : 1;
  const double fan_in = inputs * area / (transposed ? steps : 1);
  const double fan_out = outputs * area / (transposed ? 1 : steps);
  draw_weight(weight, fan_in, fan_out, follows, generator);
  const torch::NoGradGuard no_grad;
  parameters["bias"].zero_();
}

/// [N, ...] with the values of `shape` in each of N to [N, ...shape].
torch::Tensor with_shape(const torch::Tensor& batch, std::vector<int64_t> shape) {
  shape.insert(shape.begin(), batch.size(0));
  return batch.reshape(shape);
}

}  // namespace

std::vector<std::vector<int64_t>> ConvOptions::map_shapes() const {
  std::vector<std::vector<int64_t>> shapes = {sample_shape};
  for (const int64_t count : channels) {
    const auto& last = shapes.back();
    shapes.push_back({count, (last[1] + 1) / 2, (last[2] + 1) / 2});
  }
  return shapes;
}

std::vector<int64_t> ConvOptions::code_shape() const {
  if (code == CodeShape::kVector) return {latent};
  const auto map = map_shapes().back();
  return {latent, map[1], map[2]};
}

void ConvOptions::validate() const {
  if (sample_shape.size() != 3) {
    throw std::invalid_argument("a convolutional autoencoder takes images [C, H, W]; found " +
                                shape_text(sample_shape) + "; use the dense one for tables");
  }
  require_each_positive("sample_shape", sample_shape);
  require_each_positive("channels", channels);
  if (channels.empty()) throw std::invalid_argument("channels: found none; give one or more");
  require_each_positive("latent", {latent});
}

ConvEncoder::ConvEncoder(const ConvOptions& options)
    : options_(options),
      features_(register_module("features", make_encoder_features(options))),
      code_(make_code_layer(options, /*encoding=*/true)) {
  register_module("code", code_.ptr());
}

torch::Tensor ConvEncoder::forward(const torch::Tensor& x) {
  require_sample_values("sample", x, values_in(options_.sample_shape));
  torch::Tensor map = features_->forward(with_shape(x, options_.sample_shape).contiguous(kLayout));
  if (options_.code == CodeShape::kVector) map = map.flatten(1);
  return code_.forward(map);
}

void ConvEncoder::initialise(torch::Generator generator) {
  for (size_t i = 0; i < features_->size(); i += 2) {
    initialise_layer(*features_[i], Follows::kActivation, generator);
  }
  initialise_layer(*code_.ptr(), Follows::kNothing, generator);
}

std::vector<Layer> ConvEncoder::layers() {
  auto layers = layers_of(features_, options_.activation);
  if (options_.code == CodeShape::kVector) {
    layers.push_back(reshape_layer({values_in(options_.map_shapes().back())}));
  }
  layers.push_back(layer_of(*code_.ptr()));
  return layers;
}

void ConvEncoder::centre_on(const torch::Tensor& mean) {
  // One bias serves every position of a map, so it is set to the mean over positions.
  const torch::NoGradGuard no_grad;
  auto* first = features_[0]->as<nn::Conv2dImpl>();
  first->bias.zero_();
  const auto response = first->forward(mean.view(options_.sample_shape).unsqueeze(0));
  first->bias.copy_(-response.mean({0, 2, 3}));
}

ConvDecoder::ConvDecoder(const ConvOptions& options)
    : options_(options),
      code_(make_code_layer(options, /*encoding=*/false)),
      features_(register_module("features", make_decoder_features(options))) {
  register_module("code", code_.ptr());
}

torch::Tensor ConvDecoder::forward(const torch::Tensor& z) {
  require_sample_values("code", z, values_in(options_.code_shape()));
  torch::Tensor map = code_.forward(with_shape(z, options_.code_shape()));
  if (options_.code == CodeShape::kVector) {
    map = map.unflatten(1, options_.map_shapes().back());
  }
  return features_->forward(map.contiguous(kLayout));
}

void ConvDecoder::initialise(torch::Generator generator) {
  initialise_layer(*code_.ptr(), Follows::kActivation, generator);
  for (size_t i = 1; i < features_->size(); i += 2) {
    const bool last = i + 1 == features_->size();
    initialise_layer(*features_[i], last ? Follows::kNothing : Follows::kActivation, generator);
  }
}

std::vector<Layer> ConvDecoder::layers() {
  std::vector<Layer> layers = {layer_of(*code_.ptr())};
  if (options_.code == CodeShape::kVector) {
    layers.push_back(reshape_layer(options_.map_shapes().back()));
  }
  for (const Layer& layer : layers_of(features_, options_.activation)) layers.push_back(layer);
  return layers;
}

void ConvDecoder::start_from(const torch::Tensor& output) {
  const torch::NoGradGuard no_grad;
  auto* last = features_[features_->size() - 1]->as<nn::ConvTranspose2dImpl>();
  last->bias.copy_(output.view(options_.sample_shape).mean({1, 2}));
}

}  // namespace diabolo
