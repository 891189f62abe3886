#include "lib/training/validation.hpp"

#include <torch/utils.h>

#include <algorithm>

#include "models/shape.hpp"

namespace diabolo {
namespace {

/// Values that were there, in their order; all where none was filled.
torch::Tensor there(const torch::Tensor& values, const torch::Tensor& filled) {
  return filled.defined() ? values.masked_select(filled.logical_not()) : values;
}

}  // namespace

ValidationErrors validate(Autoencoder& model, const Batches& samples, const TrainerOptions& options,
                          Group& group) {
  constexpr int64_t kBatch = 1024;
  const torch::NoGradGuard no_grad;
  double lost = 0;
  double squared = 0;
  const Share share = share_of(group);
  const int64_t end = share.end(samples.plain_samples());
  for (int64_t begin = share.begin(samples.plain_samples()); begin < end; begin += kBatch) {
    const int64_t count = std::min(kBatch, end - begin);
    const Batch batch = samples.plain(begin, count);
    const auto logits = there(model->logits(batch.input), batch.filled);
    const auto target = there(batch.target, batch.filled);
    if (target.numel() == 0) continue;
    const auto weight = static_cast<double>(target.numel());
    torch::Tensor judged = logits;
    if (model->options().variational) {
      const DrawnCode drawn = draw_code(model, batch.input, batch.draws);
      judged = there(drawn.logits, batch.filled);
      lost += options.beta * kl_divergence(drawn.distribution).sum().item<double>();
    }
    lost += weight * loss_of(options.loss, model->options().output, judged, target).item<double>();
    squared += weight * at::mse_loss(model->output_of(logits), target).item<double>();
  }
  if (group.size() > 1) {
    auto sums = torch::tensor({lost, squared}, torch::kFloat64);
    group.sum(sums);
    lost = sums[0].item<double>();
    squared = sums[1].item<double>();
  }
  const int64_t values = values_in(model->options().sample_shape) * samples.plain_samples();
  const auto count = static_cast<double>(std::max<int64_t>(1, values - samples.filled_cells()));
  return {.loss = lost / count, .mse = squared / count};
}

}  // namespace diabolo
