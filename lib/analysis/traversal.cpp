#include "lib/analysis/traversal.hpp"

#include <ATen/Functions.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>

#include "lib/training/code_units.hpp"

namespace diabolo {
namespace {

/// codes [n, K], flat, to [n, ...sample shape].
torch::Tensor decode_flat(const TrainedModel& model, const torch::Tensor& codes) {
  const torch::NoGradGuard no_grad;
  std::vector<int64_t> shape = model.network->options().code_shape();
  shape.insert(shape.begin(), codes.size(0));
  Autoencoder network = model.network;
  return network->decode(codes.view(shape));
}

/// Evenly spaced from the 1st to the 99th percentile of values [N].
torch::Tensor walk_along(const torch::Tensor& values, int64_t steps) {
  const auto sorted = std::get<0>(values.sort());
  return at::linspace(value_at(sorted, 0.01), value_at(sorted, 0.99), steps, torch::kFloat32);
}

std::vector<double> numbers_of(const torch::Tensor& values) {
  std::vector<double> numbers;
  for (int64_t i = 0; i < values.size(0); ++i) numbers.push_back(values[i].item<double>());
  return numbers;
}

/// Evenly spaced between two tensors of one shape: [steps, ...shape].
torch::Tensor line_between(const torch::Tensor& from, const torch::Tensor& to, int64_t steps) {
  std::vector<int64_t> shape(static_cast<size_t>(from.dim()), 1);
  shape.insert(shape.begin(), steps);
  const auto share = at::linspace(0, 1, steps, torch::kFloat32).view(shape);
  return from * (1 - share) + to * share;
}

}  // namespace

UnitVariances unit_variances(const torch::Tensor& codes) {
  const auto variance = codes.to(torch::kFloat64).var(0, /*unbiased=*/false);
  UnitVariances result{
      .shares = variance / variance.sum().clamp_min(1e-300), .live = {}, .dead = {}};
  const auto constant = constant_units(codes);
  const auto order = variance.argsort(/*stable=*/true, 0, /*descending=*/true);
  for (int64_t i = 0; i < order.size(0); ++i) {
    const auto unit = order[i].item<int64_t>();
    (constant[unit].item<bool>() ? result.dead : result.live).push_back(unit);
  }
  std::ranges::sort(result.dead);
  return result;
}

double value_at(const torch::Tensor& sorted, double share) {
  const auto at = std::llround(share * static_cast<double>(sorted.size(0) - 1));
  return sorted[at].item<double>();
}

Traversal traverse(const TrainedModel& model, const torch::Tensor& codes, int64_t unit,
                   int64_t steps) {
  const auto values = walk_along(codes.select(1, unit), steps);
  auto moved = codes.mean(0).repeat({steps, 1});
  moved.select(1, unit).copy_(values);
  return {.unit = unit, .values = numbers_of(values), .decoded = decode_flat(model, moved)};
}

CodeMap code_map(const TrainedModel& model, const torch::Tensor& codes, int64_t side) {
  const auto x = walk_along(codes.select(1, 0), side);
  const auto y = walk_along(codes.select(1, 1), side);
  const auto pairs = torch::stack({x.repeat({side}), y.repeat_interleave(side)}, 1);
  const auto decoded = decode_flat(model, pairs);
  std::vector<int64_t> shape = decoded.sizes().vec();
  shape[0] = side;
  shape.insert(shape.begin(), side);
  return {.x = numbers_of(x), .y = numbers_of(y), .decoded = decoded.view(shape)};
}

std::vector<int64_t> most_moved(const torch::Tensor& decoded, int64_t most) {
  const auto reach = decoded.amax(0) - decoded.amin(0);
  const auto leading = std::get<1>(reach.topk(std::min(most, reach.size(0))));
  std::vector<int64_t> values;
  for (int64_t i = 0; i < leading.size(0); ++i) values.push_back(leading[i].item<int64_t>());
  return values;
}

Interpolation interpolate(const TrainedModel& model, const torch::Tensor& from,
                          const torch::Tensor& to, int64_t steps) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  const auto ends = network->encode(torch::stack({from, to}));
  return {.decoded = network->decode(line_between(ends[0], ends[1], steps)),
          .mixed = line_between(from, to, steps)};
}

}  // namespace diabolo
