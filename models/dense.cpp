#include "models/dense.hpp"

#include <torch/nn/modules/linear.h>

#include <algorithm>

#include "models/activation.hpp"
#include "models/initialise.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

/// Linear layers from widths[0] to widths.back(), an activation between each two.
torch::nn::Sequential make_layers(const std::vector<int64_t>& widths, Activation activation) {
  torch::nn::Sequential layers;
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    if (i > 0) layers->push_back(make_activation(activation));
    layers->push_back(torch::nn::Linear(widths[i], widths[i + 1]));
  }
  return layers;
}

/// From a sample to a code of `numbers`.
std::vector<int64_t> widths_to(const DenseOptions& options, int64_t numbers) {
  options.validate();
  std::vector<int64_t> widths = {options.input_size()};
  widths.insert(widths.end(), options.hidden.begin(), options.hidden.end());
  widths.push_back(numbers);
  return widths;
}

std::vector<int64_t> encoder_widths(const DenseOptions& options) {
  return widths_to(options, options.variational ? 2 * options.latent : options.latent);
}

std::vector<int64_t> decoder_widths(const DenseOptions& options) {
  std::vector<int64_t> widths = widths_to(options, options.latent);
  std::ranges::reverse(widths);
  return widths;
}

void initialise_layers(torch::nn::Sequential& layers, const torch::Generator& generator) {
  for (size_t i = 0; i < layers->size(); ++i) {
    auto* linear = layers[i]->as<torch::nn::LinearImpl>();
    if (linear == nullptr) continue;
    const bool last = i + 1 == layers->size();
    draw_weight(linear->weight, static_cast<double>(linear->weight.size(1)),
                static_cast<double>(linear->weight.size(0)),
                last ? Follows::kNothing : Follows::kActivation, generator);
    const torch::NoGradGuard no_grad;
    linear->bias.zero_();
  }
}

}  // namespace

int64_t DenseOptions::input_size() const { return values_in(sample_shape); }

void DenseOptions::validate() const {
  require_each_positive("sample_shape", sample_shape);
  require_each_positive("hidden", hidden);
  require_each_positive("latent", {latent});
}

DenseEncoder::DenseEncoder(const DenseOptions& options)
    : options_(options),
      layers_(register_module("layers", make_layers(encoder_widths(options), options.activation))) {
}

torch::Tensor DenseEncoder::forward(const torch::Tensor& x) {
  require_sample_values("sample", x, options_.input_size());
  return layers_->forward(x.flatten(1));
}

void DenseEncoder::initialise(torch::Generator generator) { initialise_layers(layers_, generator); }

std::vector<Layer> DenseEncoder::layers() {
  auto layers = layers_of(layers_, options_.activation);
  layers.insert(layers.begin(), reshape_layer({options_.input_size()}));
  return layers;
}

void DenseEncoder::centre_on(const torch::Tensor& mean) {
  const torch::NoGradGuard no_grad;
  auto* first = layers_[0]->as<torch::nn::LinearImpl>();
  first->bias.copy_(-first->weight.mv(mean.flatten()));
}

DenseDecoder::DenseDecoder(const DenseOptions& options)
    : options_(options),
      layers_(register_module("layers", make_layers(decoder_widths(options), options.activation))) {
}

torch::Tensor DenseDecoder::forward(const torch::Tensor& z) {
  require_sample_values("code", z, options_.latent);
  return layers_->forward(z).unflatten(1, options_.sample_shape);
}

void DenseDecoder::initialise(torch::Generator generator) { initialise_layers(layers_, generator); }

std::vector<Layer> DenseDecoder::layers() {
  auto layers = layers_of(layers_, options_.activation);
  layers.push_back(reshape_layer(options_.sample_shape));
  return layers;
}

void DenseDecoder::start_from(const torch::Tensor& output) {
  const torch::NoGradGuard no_grad;
  layers_[layers_->size() - 1]->as<torch::nn::LinearImpl>()->bias.copy_(output.flatten());
}

}  // namespace diabolo
