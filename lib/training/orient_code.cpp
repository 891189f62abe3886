#include "lib/training/orient_code.hpp"

#include <torch/utils.h>

#include <algorithm>

#include "lib/training/decoder_metric.hpp"
#include "models/layer.hpp"

namespace diabolo {
namespace {

constexpr int64_t kLookedAt = 1000;
constexpr double kStep = 1e-2;        // Of a unit's standard deviation, for the derivative.
constexpr double kLeastShare = 1e-8;  // Of the largest eigenvalue: below it a direction is dead.

/// Columns for eigenvectors, the largest first; each with its farthest of `points` @ column above
/// 0.
torch::Tensor main_axes(const torch::Tensor& points) {
  auto axes = std::get<1>(at::linalg_eigh(points.t().mm(points))).flip(1);
  const auto along = points.mm(axes);
  const auto farthest = along.gather(0, along.abs().argmax(0, /*keepdim=*/true));
  return axes * at::where(farthest < 0, -1.0, 1.0);
}

/// Makes the code z into (z - mean) change^T, and the decoder take it back.
void change_code(Autoencoder& network, const torch::Tensor& change, const torch::Tensor& mean) {
  const Layer last = network->layers(ModelPart::kEncoder).back();
  const auto decoder = network->layers(ModelPart::kDecoder);
  const Layer first = *std::ranges::find(decoder, LayerKind::kLinear, &Layer::kind);
  const auto wide = [](const torch::Tensor& x) { return x.detach().to(torch::kFloat64); };
  torch::Tensor(last.bias).copy_(change.mv(wide(last.bias) - mean));
  torch::Tensor(last.weight).copy_(change.mm(wide(last.weight)));
  torch::Tensor(first.bias).copy_(wide(first.bias) + wide(first.weight).mv(mean));
  torch::Tensor(first.weight).copy_(wide(first.weight).mm(at::linalg_inv(change)));
}

}  // namespace

void orient_code(Autoencoder& network, const torch::Tensor& samples) {
  if (network->options().arch != Architecture::kDense || samples.size(0) < 2) return;
  const torch::NoGradGuard no_grad;
  const auto codes = network->encode(samples.narrow(0, 0, std::min(kLookedAt, samples.size(0))));
  const auto spread = codes.std(0, /*unbiased=*/false);
  if ((spread <= 0).any().item<bool>()) return;
  const auto [values, vectors] = at::linalg_eigh(decoder_metric(network, codes, kStep));
  if (values[0].item<double>() <= kLeastShare * values[-1].item<double>()) return;
  const auto stretch = vectors.mm(values.sqrt().diag()).mm(vectors.t());
  const auto wide = codes.to(torch::kFloat64);
  const auto mean = wide.mean(0);
  const auto axes = main_axes((wide - mean).mm(stretch));
  change_code(network, axes.t().mm(stretch), mean);
}

}  // namespace diabolo
