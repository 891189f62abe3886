#include "lib/training/decoder_metric.hpp"

#include <torch/utils.h>

#include <algorithm>

#include "models/shape.hpp"

namespace diabolo {
namespace {

constexpr int64_t kNumbers = 20'000'000;  // Of derivatives at a time.

/// [K, n * D] float64: what `some` codes are decoded to, by each unit.
torch::Tensor derivatives(Autoencoder network, const torch::Tensor& some,
                          const torch::Tensor& spread, double share) {
  std::vector<int64_t> shape = network->options().code_shape();
  shape.insert(shape.begin(), some.size(0));
  const auto decoded = [&](const torch::Tensor& codes) {
    return network->decode(codes.view(shape)).flatten();
  };
  std::vector<torch::Tensor> rows;
  for (int64_t unit = 0; unit < some.size(1); ++unit) {
    const double step = share * spread[unit].item<double>();
    auto moved = some.clone();
    if (step == 0) {
      rows.push_back(torch::zeros_like(decoded(moved), torch::kFloat64));
      continue;
    }
    moved.select(1, unit).add_(step);
    const auto above = decoded(moved);
    moved.select(1, unit).sub_(2 * step);
    rows.push_back((above - decoded(moved)).to(torch::kFloat64) / (2 * step));
  }
  return torch::stack(rows);
}

}  // namespace

torch::Tensor decoder_metric(const Autoencoder& network, const torch::Tensor& codes, double step) {
  const torch::NoGradGuard no_grad;
  const int64_t units = codes.size(1);
  const auto spread = codes.std(0, /*unbiased=*/false);
  auto sum = torch::zeros({units, units}, torch::kFloat64);
  const int64_t values = units * values_in(network->options().sample_shape);
  for (const auto& some : codes.split(std::max<int64_t>(1, kNumbers / values))) {
    const auto found = derivatives(network, some, spread, step);
    sum += found.mm(found.t());
  }
  return sum / static_cast<double>(codes.size(0));
}

}  // namespace diabolo
