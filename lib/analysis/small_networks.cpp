#include "lib/analysis/small_networks.hpp"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Functions.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "lib/data/random.hpp"

namespace diabolo {
namespace {

constexpr int64_t kHidden = 32;
constexpr int64_t kEpochs = 100;
constexpr int64_t kStepRows = 256;
constexpr int64_t kHeldShare = 7;  // One row of so many tells which epoch was best.
constexpr double kRate = 0.01;
constexpr double kDecay = 0.02;
constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;
constexpr uint64_t kSeed = 1;
constexpr uint64_t kOrders = 11;  // Apart from other uses of subsamples.

torch::Tensor hidden_of(const torch::Tensor& in, const torch::Tensor& bias,
                        const torch::Tensor& x) {
  const auto flat = x.mm(in.reshape({in.size(0), -1}));
  return flat.view({x.size(0), in.size(1), in.size(2)}).add_(bias);
}

torch::Tensor order_of(int64_t rows, int64_t epoch) {
  const auto state =
      random_state(kSeed, Purpose::kSubsample, kOrders, static_cast<uint64_t>(epoch));
  return torch::tensor(permutation(rows, state), torch::kInt64);
}

}  // namespace

SmallNetworks::SmallNetworks(const torch::Tensor& x, const torch::Tensor& wanted,
                             const torch::Tensor& sees)
    : sees_(sees.unsqueeze(-1)) {
  const torch::NoGradGuard no_grad;
  const int64_t values = sees.size(0), networks = sees.size(1);
  const auto generator = at::detail::createCPUGenerator(kSeed);
  const auto normal = [&](std::vector<int64_t> shape, double deviation) {
    return torch::randn(shape, generator) * deviation;
  };
  const double spread = std::sqrt(2.0 / static_cast<double>(std::max<int64_t>(1, values - 1)));
  now_ = {.in = normal({values, networks, kHidden}, spread) * sees_,
          .in_bias = normal({networks, kHidden}, 0.5),
          .out = normal({networks, kHidden}, 0.1 / std::sqrt(static_cast<double>(kHidden))),
          .out_bias = torch::zeros({networks})};
  best_ = {.in = now_.in.clone(),
           .in_bias = now_.in_bias.clone(),
           .out = torch::zeros_like(now_.out),
           .out_bias = torch::zeros_like(now_.out_bias)};
  const auto order = order_of(x.size(0), /*epoch=*/0);
  const int64_t held = x.size(0) / kHeldShare;
  const auto rows = order.slice(0, held), held_rows = order.slice(0, 0, held);
  train(x.index_select(0, rows), wanted.index_select(0, rows), x.index_select(0, held_rows),
        wanted.index_select(0, held_rows));
}

/// Forward and backward written out:
///   h = silu(x W + b),  y = h . v + c,  loss = sum over networks of mean over rows of (y -
///   wanted)^2
void SmallNetworks::train(const torch::Tensor& x, const torch::Tensor& wanted,
                          const torch::Tensor& held_x, const torch::Tensor& held) {
  std::vector<torch::Tensor> weights = {now_.in, now_.in_bias, now_.out, now_.out_bias};
  std::vector<torch::Tensor> means, squares, counts;
  for (const auto& each : weights) {
    means.push_back(torch::zeros_like(each));
    squares.push_back(torch::zeros_like(each));
    counts.push_back(torch::zeros({}));
  }
  const int64_t steps = kEpochs * ((x.size(0) + kStepRows - 1) / kStepRows);
  auto least = held.square().mean(0);
  int64_t step = 0;
  for (int64_t epoch = 1; epoch <= kEpochs; ++epoch) {
    for (const auto& batch : order_of(x.size(0), epoch).split(kStepRows)) {
      const auto input = x.index_select(0, batch);
      const auto before = hidden_of(now_.in, now_.in_bias, input);
      const auto hidden = at::silu(before);
      const auto slope = (at::einsum("nth,th->nt", {hidden, now_.out}) + now_.out_bias -
                          wanted.index_select(0, batch)) *
                         (2.0 / static_cast<double>(batch.size(0)));
      const auto inner = at::silu_backward(slope.unsqueeze(-1) * now_.out, before);
      const auto in = input.t().mm(inner.flatten(1)).view(now_.in.sizes()) * sees_;
      const double rate =
          kRate / 2 *
          (1 + std::cos(std::numbers::pi * static_cast<double>(step) / static_cast<double>(steps)));
      at::_foreach_add_(counts, 1);
      at::_fused_adamw_(weights,
                        {in, inner.sum(0), (slope.unsqueeze(-1) * hidden).sum(0), slope.sum(0)},
                        means, squares, {}, counts, rate, kBeta1, kBeta2, kDecay, kEpsilon,
                        /*amsgrad=*/false, /*maximize=*/false);
      ++step;
    }
    const auto error = (answer(now_, held_x) - held).square().mean(0);
    keep(error < least);
    least = at::minimum(least, error);
  }
}

void SmallNetworks::keep(const torch::Tensor& better) {
  const auto rows = better.unsqueeze(-1);
  best_.in = at::where(rows, now_.in, best_.in);
  best_.in_bias = at::where(rows, now_.in_bias, best_.in_bias);
  best_.out = at::where(rows, now_.out, best_.out);
  best_.out_bias = at::where(better, now_.out_bias, best_.out_bias);
}

torch::Tensor SmallNetworks::answer(const Weights& weights, const torch::Tensor& x) {
  const auto hidden = at::silu(hidden_of(weights.in, weights.in_bias, x));
  return at::einsum("nth,th->nt", {hidden, weights.out}) + weights.out_bias;
}

torch::Tensor SmallNetworks::operator()(const torch::Tensor& x, const torch::Tensor& which) const {
  const torch::NoGradGuard no_grad;
  if (!which.defined()) return answer(best_, x);
  return answer({.in = best_.in.index_select(1, which),
                 .in_bias = best_.in_bias.index_select(0, which),
                 .out = best_.out.index_select(0, which),
                 .out_bias = best_.out_bias.index_select(0, which)},
                x);
}

}  // namespace diabolo
