#include "lib/training/validation.hpp"

#include <torch/utils.h>

#include <algorithm>

namespace diabolo {

ValidationErrors validate(Autoencoder& model, const Batches& samples, Loss loss, Group& group) {
  constexpr int64_t kBatch = 1024;
  const torch::NoGradGuard no_grad;
  double lost = 0;
  double squared = 0;
  const Share share = share_of(group);
  const int64_t end = share.end(samples.samples());
  for (int64_t begin = share.begin(samples.samples()); begin < end; begin += kBatch) {
    const int64_t count = std::min(kBatch, end - begin);
    const Batch batch = samples.plain(begin, count);
    const auto logits = model->logits(batch.input);
    const auto weight = static_cast<double>(count);
    lost += weight * loss_of(loss, model->options().output, logits, batch.target).item<double>();
    squared += weight * at::mse_loss(model->output_of(logits), batch.target).item<double>();
  }
  if (group.size() > 1) {
    auto sums = torch::tensor({lost, squared}, torch::kFloat64);
    group.sum(sums);
    lost = sums[0].item<double>();
    squared = sums[1].item<double>();
  }
  const auto count = static_cast<double>(samples.samples());
  return {.loss = lost / count, .mse = squared / count};
}

}  // namespace diabolo
