#include "lib/training/objective.hpp"

#include <torch/csrc/autograd/autograd.h>
#include <torch/utils.h>

#include "models/shape.hpp"

namespace diabolo {

bool Objective::is_plain(const AutoencoderOptions& model) const {
  return !model.variational && options_.sparsity.none() && options_.contractive == 0;
}

int64_t Objective::draws(const AutoencoderOptions& model) const {
  const bool needed = model.variational || options_.contractive > 0;
  return needed ? values_in(model.code_shape()) : 0;
}

torch::Tensor Objective::of(Autoencoder& model, const Batch& batch) const {
  const AutoencoderOptions& shape = model->options();
  const bool contracts = options_.contractive > 0;
  const auto x = contracts ? batch.input.detach().requires_grad_() : batch.input;
  torch::Tensor codes, logits, loss;
  if (shape.variational) {
    const DrawnCode drawn = draw_code(model, x, batch.draws);
    codes = drawn.distribution.mean;
    loss = loss_of(options_.loss, shape.output, drawn.logits, batch.target);
    loss = loss + kl_divergence(drawn.distribution).mean() *
                      (options_.beta / static_cast<double>(values_in(shape.sample_shape)));
  } else if (shape.decodes_alone()) {
    codes = model->encode(x);
    loss = loss_of(options_.loss, shape.output, model->decode_logits(codes), batch.target);
  } else {
    loss = loss_of(options_.loss, shape.output, model->logits(x), batch.target);
    return loss;
  }
  if (!options_.sparsity.none()) loss = loss + sparsity_penalty(options_.sparsity, codes);
  if (contracts) {
    loss = loss + contractive_penalty(codes, x, batch.draws.sign()) * options_.contractive;
  }
  return loss;
}

DrawnCode draw_code(Autoencoder& model, const torch::Tensor& x, const torch::Tensor& draws) {
  DrawnCode result;
  result.distribution = model->distribution(x);
  const auto& [mean, log_variance] = result.distribution;
  result.logits = model->decode_logits(mean + (log_variance / 2).exp() * draws.view(mean.sizes()));
  return result;
}

torch::Tensor kl_divergence(const CodeDistribution& distribution) {
  const auto mean = distribution.mean.flatten(1).to(torch::kFloat32);
  const auto log_variance = distribution.log_variance.flatten(1).to(torch::kFloat32);
  return (mean.square() + log_variance.exp() - 1 - log_variance).sum(1) / 2;
}

torch::Tensor contractive_penalty(const torch::Tensor& codes, const torch::Tensor& x,
                                  const torch::Tensor& signs) {
  const auto along = (codes.flatten(1).to(torch::kFloat32) * signs).sum();
  const auto gradient = torch::autograd::grad({along}, {x}, {}, /*retain_graph=*/true,
                                              /*create_graph=*/true)[0];
  return gradient.square().sum() / static_cast<double>(x.size(0));
}

}  // namespace diabolo
