#include "models/conv.hpp"

#include <torch/nn/modules/linear.h>

#include "models/activation.hpp"
#include "models/conv_layers.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace nn = torch::nn;

nn::Sequential make_encoder_features(const ConvOptions& options) {
  options.validate();
  const auto maps = options.map_shapes();
  nn::Sequential features;
  for (size_t i = 0; i + 1 < maps.size(); ++i) {
    features->push_back(halving_conv(maps[i][0], maps[i + 1][0]));
    features->push_back(make_activation(options.activation));
  }
  use_conv_layout(*features);
  return features;
}

nn::Sequential make_decoder_features(const ConvOptions& options) {
  const auto maps = options.map_shapes();
  nn::Sequential features;
  for (size_t i = maps.size() - 1; i > 0; --i) {
    features->push_back(make_activation(options.activation));
    features->push_back(doubling_conv(maps[i], maps[i - 1]));
  }
  use_conv_layout(*features);
  return features;
}

/// The linear layer between the last feature map and the code, in one direction or the other.
nn::AnyModule make_code_layer(const ConvOptions& options, bool encoding) {
  options.validate();
  const auto map = options.map_shapes().back();
  const bool vector = options.code == CodeShape::kVector;
  int64_t from = vector ? values_in(map) : map[0];
  int64_t to = encoding ? options.encoder_latent() : options.latent;
  if (!encoding) std::swap(from, to);
  return vector ? nn::AnyModule(nn::Linear(from, to))
                : nn::AnyModule(nn::Conv2d(nn::Conv2dOptions(from, to, /*kernel_size=*/1)));
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
  if (blocks < 0) {
    throw std::invalid_argument("blocks: found " + to_text(blocks) + "; give 0 or more");
  }
  if (norm != Norm::kNone && blocks == 0) {
    throw std::invalid_argument("norm: stands in residual blocks; give --blocks 1, or drop it");
  }
  if (has_levels() && code != CodeShape::kMap) {
    throw std::invalid_argument(std::string(skip ? "skip" : "blocks") +
                                ": goes with a code map; give --code map, or drop it");
  }
}

ConvEncoder::ConvEncoder(const ConvOptions& options)
    : options_(options),
      features_(register_module("features", make_encoder_features(options))),
      code_(make_code_layer(options, /*encoding=*/true)) {
  register_module("code", code_.ptr());
}

torch::Tensor ConvEncoder::forward(const torch::Tensor& x) {
  require_sample_values("sample", x, values_in(options_.sample_shape));
  torch::Tensor map =
      features_->forward(with_sample_shape(x, options_.sample_shape).contiguous(kConvLayout));
  if (options_.code == CodeShape::kMap) return code_.forward(map);
  // flatten() gives back gradients that lie as [C, H, W], and LibTorch multiplies those with slopes
  // that lie as [H, W, C] one by one.
  if (map.requires_grad())
    map.register_hook(
        [](const torch::Tensor& gradient) { return gradient.contiguous(kConvLayout); });
  return code_.forward(map.flatten(1));
}

void ConvEncoder::initialise(torch::Generator generator) {
  for (size_t i = 0; i < features_->size(); i += 2) {
    initialise_conv(*features_[i], Follows::kActivation, generator);
  }
  initialise_conv(*code_.ptr(), Follows::kNothing, generator);
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
  torch::Tensor map = code_.forward(with_sample_shape(z, options_.code_shape()));
  if (options_.code == CodeShape::kVector) {
    map = map.unflatten(1, options_.map_shapes().back());
  }
  return features_->forward(map.contiguous(kConvLayout));
}

void ConvDecoder::initialise(torch::Generator generator) {
  initialise_conv(*code_.ptr(), Follows::kActivation, generator);
  for (size_t i = 1; i < features_->size(); i += 2) {
    const bool last = i + 1 == features_->size();
    initialise_conv(*features_[i], last ? Follows::kNothing : Follows::kActivation, generator);
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
