#include "lib/training/loss.hpp"

#include <stdexcept>

namespace diabolo {

void require_loss_fits(Loss loss, Output output) {
  if (loss != Loss::kBce || output == Output::kSigmoid) return;
  throw std::invalid_argument("loss: bce needs output sigmoid; give loss mse, huber or l1");
}

torch::Tensor loss_of(Loss loss, Output output, const torch::Tensor& logits,
                      const torch::Tensor& target) {
  const auto values = logits.to(torch::kFloat32);
  if (loss == Loss::kBce) return at::binary_cross_entropy_with_logits(values, target);
  const auto rebuilt = output == Output::kSigmoid ? at::sigmoid(values) : values;
  switch (loss) {
    case Loss::kHuber:
      return at::huber_loss(rebuilt, target);
    case Loss::kL1:
      return at::l1_loss(rebuilt, target);
    default:
      return at::mse_loss(rebuilt, target);
  }
}

}  // namespace diabolo
