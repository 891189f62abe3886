#include "models/autoencoder.hpp"

#include <ATen/CPUGeneratorImpl.h>

#include "models/conv.hpp"
#include "models/conv_map.hpp"
#include "models/dense.hpp"

namespace diabolo {
namespace {

std::shared_ptr<Encoder> make_encoder(const AutoencoderOptions& options) {
  options.validate();
  if (options.arch == Architecture::kConv && options.conv().has_levels()) {
    return std::make_shared<MapEncoder>(options.conv());
  }
  if (options.arch == Architecture::kConv) return std::make_shared<ConvEncoder>(options.conv());
  return std::make_shared<DenseEncoder>(options.dense());
}

std::shared_ptr<Decoder> make_decoder(const AutoencoderOptions& options) {
  if (options.arch == Architecture::kConv && options.conv().has_levels()) {
    return std::make_shared<MapDecoder>(options.conv());
  }
  if (options.arch == Architecture::kConv) return std::make_shared<ConvDecoder>(options.conv());
  return std::make_shared<DenseDecoder>(options.dense());
}

}  // namespace

AutoencoderImpl::AutoencoderImpl(const AutoencoderOptions& options)
    : options_(options),
      encoder_(register_module("encoder", make_encoder(options))),
      decoder_(register_module("decoder", make_decoder(options))) {}

torch::Tensor AutoencoderImpl::encode(const torch::Tensor& x) {
  return options_.variational ? distribution(x).mean : encoder_->forward(x);
}

CodeDistribution AutoencoderImpl::distribution(const torch::Tensor& x) {
  if (!options_.variational) throw std::logic_error("a code without a distribution");
  const auto halves = encoder_->forward(x).chunk(2, /*dim=*/1);
  // Beyond these a variance overflows, or says no more than that it is next to nothing.
  constexpr double kLeast = -20, kMost = 10;
  return {halves[0], halves[1].clamp(kLeast, kMost)};
}

torch::Tensor AutoencoderImpl::decode_logits(const torch::Tensor& z) {
  require_decodes_alone();
  return decoder_->forward(z);
}

torch::Tensor AutoencoderImpl::logits(const torch::Tensor& x) {
  if (options_.variational) return decoder_->forward(encode(x));
  const auto rebuilt = decoder_->from_maps(encoder_->maps(x));
  return options_.residual ? x.view_as(rebuilt) - rebuilt : rebuilt;
}

torch::Tensor AutoencoderImpl::decode(const torch::Tensor& z) {
  return output_of(decode_logits(z));
}

torch::Tensor AutoencoderImpl::forward(const torch::Tensor& x) { return output_of(logits(x)); }

torch::Tensor AutoencoderImpl::output_of(const torch::Tensor& logits) const {
  return options_.output == Output::kSigmoid ? torch::sigmoid(logits) : logits;
}

std::vector<Layer> AutoencoderImpl::layers(ModelPart part) {
  std::vector<Layer> layers;
  if (part == ModelPart::kDecoder) require_decodes_alone();
  if (part != ModelPart::kDecoder) layers = encoder_->layers();
  if (part != ModelPart::kDecoder && options_.variational) {
    Layer& code = layers.back();  // The upper half of what it gives are the means.
    code.weight = code.weight.narrow(0, 0, options_.latent);
    code.bias = code.bias.narrow(0, 0, options_.latent);
  }
  if (part == ModelPart::kEncoder) return layers;
  if (options_.residual) layers.insert(layers.begin(), kept_layer(LayerKind::kKeep, kInputSlot));
  for (const Layer& layer : decoder_->layers()) layers.push_back(layer);
  if (options_.residual) layers.push_back(kept_layer(LayerKind::kSubtractFrom, kInputSlot));
  if (options_.output == Output::kSigmoid) {
    layers.emplace_back();
    layers.back().kind = LayerKind::kSigmoid;
  }
  return layers;
}

void AutoencoderImpl::require_decodes_alone() const {
  if (options_.decodes_alone()) return;
  throw std::invalid_argument("this network has no code to decode from alone: " +
                              std::string(options_.skip
                                              ? "its skips carry the image past the code"
                                              : "it gives its input less what it decodes"));
}

void AutoencoderImpl::initialise(uint64_t seed, const torch::Tensor& mean) {
  torch::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  encoder_->initialise(generator);
  decoder_->initialise(generator);
  encoder_->centre_on(mean);
  // A pixel that is always black would ask for -infinity; 1e-3 is darker than any eye can see.
  constexpr double kDarkest = 1e-3;
  if (options_.residual) return decoder_->start_from(torch::zeros_like(mean));
  decoder_->start_from(options_.output == Output::kSigmoid ? torch::logit(mean, kDarkest) : mean);
}

}  // namespace diabolo
