#include "lib/analysis/elbo.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/utils.h>

#include "lib/training/objective.hpp"
#include "models/shape.hpp"

namespace diabolo {

NegativeElbo negative_elbo(const TrainedModel& model, const Dataset& dataset) {
  constexpr int64_t kBatch = 1000;
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  const AutoencoderOptions& options = network->options();
  const auto generator = at::make_generator<at::CPUGeneratorImpl>(/*seed=*/0);
  NegativeElbo sum;
  for (int64_t begin = 0; begin < dataset.size(); begin += kBatch) {
    const int64_t count = std::min(kBatch, dataset.size() - begin);
    const auto x = to_unit(dataset.samples.narrow(0, begin, count));
    const auto draws =
        at::randn({count, values_in(options.code_shape())}, generator, torch::TensorOptions());
    DrawnCode drawn = draw_code(network, x, draws);
    auto target = x;
    if (dataset.filled.defined()) {
      const auto there = dataset.filled.narrow(0, begin, count).logical_not();
      target = x.masked_select(there);
      drawn.logits = drawn.logits.masked_select(there);
    }
    sum.divergence += kl_divergence(drawn.distribution).sum().item<double>();
    if (target.numel() == 0) continue;
    const double mean =
        loss_of(model.training.loss, options.output, drawn.logits, target).item<double>();
    sum.reconstruction += mean * static_cast<double>(target.numel());
  }
  const auto samples = static_cast<double>(dataset.size());
  return {.reconstruction = sum.reconstruction / samples, .divergence = sum.divergence / samples};
}

}  // namespace diabolo
