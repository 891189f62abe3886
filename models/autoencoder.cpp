#include "models/autoencoder.hpp"

#include <ATen/CPUGeneratorImpl.h>

#include "models/conv.hpp"
#include "models/dense.hpp"

namespace diabolo {
namespace {

std::shared_ptr<Encoder> make_encoder(const AutoencoderOptions& options) {
  options.validate();
  if (options.arch == Architecture::kConv) return std::make_shared<ConvEncoder>(options.conv());
  return std::make_shared<DenseEncoder>(options.dense());
}

std::shared_ptr<Decoder> make_decoder(const AutoencoderOptions& options) {
  if (options.arch == Architecture::kConv) return std::make_shared<ConvDecoder>(options.conv());
  return std::make_shared<DenseDecoder>(options.dense());
}

}  // namespace

AutoencoderImpl::AutoencoderImpl(const AutoencoderOptions& options)
    : options_(options),
      encoder_(register_module("encoder", make_encoder(options))),
      decoder_(register_module("decoder", make_decoder(options))) {}

torch::Tensor AutoencoderImpl::encode(const torch::Tensor& x) { return encoder_->forward(x); }

torch::Tensor AutoencoderImpl::decode_logits(const torch::Tensor& z) {
  return decoder_->forward(z);
}

torch::Tensor AutoencoderImpl::decode(const torch::Tensor& z) {
  return output_of(decode_logits(z));
}

torch::Tensor AutoencoderImpl::forward(const torch::Tensor& x) { return decode(encode(x)); }

torch::Tensor AutoencoderImpl::output_of(const torch::Tensor& logits) const {
  return options_.output == Output::kSigmoid ? torch::sigmoid(logits) : logits;
}

std::vector<Layer> AutoencoderImpl::layers(ModelPart part) {
  std::vector<Layer> layers;
  if (part != ModelPart::kDecoder) layers = encoder_->layers();
  if (part == ModelPart::kEncoder) return layers;
  for (const Layer& layer : decoder_->layers()) layers.push_back(layer);
  if (options_.output == Output::kSigmoid) {
    layers.emplace_back();
    layers.back().kind = LayerKind::kSigmoid;
  }
  return layers;
}

void AutoencoderImpl::initialise(uint64_t seed, const torch::Tensor& mean) {
  torch::Generator generator = at::make_generator<at::CPUGeneratorImpl>(seed);
  encoder_->initialise(generator);
  decoder_->initialise(generator);
  encoder_->centre_on(mean);
  // A pixel that is always black would ask for -infinity; 1e-3 is darker than any eye can see.
  constexpr double kDarkest = 1e-3;
  decoder_->start_from(options_.output == Output::kSigmoid ? torch::logit(mean, kDarkest) : mean);
}

}  // namespace diabolo
