#include "models/conv_map.hpp"

#include "models/activation.hpp"
#include "models/conv_layers.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace nn = torch::nn;

/// 1x1 between the last map and the code.
nn::Conv2d code_conv(int64_t from, int64_t to) {
  return nn::Conv2d(nn::Conv2dOptions(from, to, /*kernel_size=*/1));
}

std::vector<ResidualBlock> make_blocks(nn::Module& owner, const std::string& name,
                                       const ConvOptions& options, int64_t channels) {
  std::vector<ResidualBlock> blocks;
  for (int64_t i = 0; i < options.blocks; ++i) {
    const ResidualBlock block(channels, options.norm, options.activation);
    blocks.push_back(owner.register_module(name + "_" + std::to_string(i), block));
  }
  return blocks;
}

std::string numbered(const std::string& name, size_t level) {
  return name + "_" + std::to_string(level);
}

void append(std::vector<Layer>& layers, const std::vector<Layer>& more) {
  layers.insert(layers.end(), more.begin(), more.end());
}

}  // namespace

MapEncoder::MapEncoder(const ConvOptions& options)
    : options_(options), activation_(make_activation(options.activation)), code_(nullptr) {
  options.validate();
  const auto maps = options.map_shapes();
  for (size_t level = 1; level < maps.size(); ++level) {
    halve_.push_back(register_module(numbered("halve", level),
                                     halving_conv(maps[level - 1][0], maps[level][0])));
    blocks_.push_back(make_blocks(*this, numbered("block", level), options, maps[level][0]));
  }
  code_ = register_module("code", code_conv(maps.back()[0], options.encoder_latent()));
  use_conv_layout(*this);
}

std::vector<torch::Tensor> MapEncoder::maps(const torch::Tensor& x) {
  require_sample_values("sample", x, values_in(options_.sample_shape));
  std::vector<torch::Tensor> kept;
  auto map = with_sample_shape(x, options_.sample_shape).contiguous(kConvLayout);
  for (size_t i = 0; i < halve_.size(); ++i) {
    map = halve_[i]->forward(map);
    for (auto& block : blocks_[i]) map = block->forward(map);
    if (options_.skip && i + 1 < halve_.size()) kept.push_back(map);
    map = activation_.forward(map);
  }
  kept.push_back(code_->forward(map));
  return kept;
}

void MapEncoder::initialise(torch::Generator generator) {
  for (size_t i = 0; i < halve_.size(); ++i) {
    initialise_conv(*halve_[i], Follows::kActivation, generator);
    for (auto& block : blocks_[i]) block->initialise(generator);
  }
  initialise_conv(*code_, Follows::kNothing, generator);
}

std::vector<Layer> MapEncoder::layers() {
  std::vector<Layer> layers;
  for (size_t i = 0; i < halve_.size(); ++i) {
    layers.push_back(layer_of(*halve_[i]));
    for (auto& block : blocks_[i]) append(layers, block->layers());
    if (options_.skip && i + 1 < halve_.size()) {
      layers.push_back(kept_layer(LayerKind::kKeep, skip_slot(i + 1)));
    }
    layers.push_back(activation_layer(options_.activation));
  }
  layers.push_back(layer_of(*code_));
  return layers;
}

void MapEncoder::centre_on(const torch::Tensor& mean) {
  const torch::NoGradGuard no_grad;
  auto& first = halve_.front();
  first->bias.zero_();
  const auto response = first->forward(mean.view(options_.sample_shape).unsqueeze(0));
  first->bias.copy_(-response.mean({0, 2, 3}));
}

MapDecoder::MapDecoder(const ConvOptions& options)
    : options_(options), activation_(make_activation(options.activation)), code_(nullptr) {
  options.validate();
  const auto maps = options.map_shapes();
  code_ = register_module("code", code_conv(options.latent, maps.back()[0]));
  for (size_t level = maps.size() - 1; level > 0; --level) {
    blocks_.push_back(make_blocks(*this, numbered("block", level), options, maps[level][0]));
    double_.push_back(
        register_module(numbered("double", level), doubling_conv(maps[level], maps[level - 1])));
  }
  use_conv_layout(*this);
}

torch::Tensor MapDecoder::forward(const torch::Tensor& z) {
  require_sample_values("code", z, values_in(options_.code_shape()));
  if (options_.skip && options_.channels.size() > 1) {
    throw std::invalid_argument(
        "a network with skips has no code to decode from: the skips carry the image past it");
  }
  return from_maps({with_sample_shape(z, options_.code_shape())});
}

torch::Tensor MapDecoder::from_maps(const std::vector<torch::Tensor>& maps) {
  auto map = code_->forward(maps.back().contiguous(kConvLayout));
  for (size_t i = 0; i < double_.size(); ++i) {
    // The code's own level has no skip: level 1 of it is the last of `maps` before the code.
    if (i > 0 && options_.skip) map = map + maps[maps.size() - 1 - i];
    for (auto& block : blocks_[i]) map = block->forward(map);
    map = double_[i]->forward(activation_.forward(map));
  }
  return map;
}

void MapDecoder::initialise(torch::Generator generator) {
  initialise_conv(*code_, Follows::kNothing, generator);
  for (size_t i = 0; i < double_.size(); ++i) {
    for (auto& block : blocks_[i]) block->initialise(generator);
    const bool last = i + 1 == double_.size();
    initialise_conv(*double_[i], last ? Follows::kNothing : Follows::kActivation, generator);
  }
  // Starts close to what start_from() says, so that no first step throws it far off.
  constexpr double kSmall = 0.1;
  const torch::NoGradGuard no_grad;
  double_.back()->weight.mul_(kSmall);
}

std::vector<Layer> MapDecoder::layers() {
  std::vector<Layer> layers = {layer_of(*code_)};
  for (size_t i = 0; i < double_.size(); ++i) {
    if (i > 0 && options_.skip) {
      layers.push_back(kept_layer(LayerKind::kAddKept, skip_slot(double_.size() - i)));
    }
    for (auto& block : blocks_[i]) append(layers, block->layers());
    layers.push_back(activation_layer(options_.activation));
    layers.push_back(layer_of(*double_[i]));
  }
  return layers;
}

void MapDecoder::start_from(const torch::Tensor& output) {
  const torch::NoGradGuard no_grad;
  double_.back()->bias.copy_(output.view(options_.sample_shape).mean({1, 2}));
}

}  // namespace diabolo
