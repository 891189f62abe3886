#include "lib/analysis/explain_images.hpp"

#include <ATen/Functions.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/analysis/code_quality.hpp"
#include "lib/analysis/evaluate.hpp"
#include "lib/analysis/traversal.hpp"
#include "lib/data/random.hpp"
#include "lib/data/split.hpp"
#include "models/layer.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

constexpr int64_t kSamples = 1'000;
constexpr int64_t kOccludedSamples = 200;
constexpr int64_t kValues = 20'000'000;         // Of all samples together, at most.
constexpr int64_t kOccludedValues = 2'000'000;  // Of one batch that is occluded.
constexpr int64_t kSplit = 100;
constexpr int64_t kExactUnits = 64;  // Longer codes are probed in random directions.
constexpr int64_t kPositions = 32;   // Of a patch along the longer side, at most.
constexpr int64_t kRingsAcross = 14;

/// Rows of what the code is differentiated along: every unit, or of many units random directions
/// v of +-1 entries, over which (v . J)^2 averages to the sum over units (Hutchinson 1989).
torch::Tensor probes(int64_t units) {
  if (units <= kExactUnits) return torch::eye(units);
  auto signs = torch::empty({kExactUnits, units});
  Random random(random_state(0, Purpose::kSubsample, 0, 2));
  float* at = signs.data_ptr<float>();
  for (int64_t i = 0; i < signs.numel(); ++i) at[i] = (random.next() & 1) != 0 ? 1.0F : -1.0F;
  return signs / std::sqrt(static_cast<double>(kExactUnits));
}

/// Squared gradients of the code by each value, summed over units and samples.
/// x  [N, C, H, W]; returns [C, H, W] float64
torch::Tensor squared_gradients(const TrainedModel& model, const torch::Tensor& x) {
  const torch::AutoGradMode with_grad(true);
  Autoencoder network = model.network;
  auto sum = torch::zeros(x.sizes().slice(1), torch::kFloat64);
  for (const auto& batch : x.split(kSplit)) {
    const auto input = batch.detach().clone().requires_grad_(true);
    const auto code = network->encode(input).flatten(1);
    const auto directions = probes(code.size(1));
    for (int64_t i = 0; i < directions.size(0); ++i) {
      const auto along = directions[i].expand_as(code);
      const auto slope = torch::autograd::grad({code}, {input}, {along}, /*retain_graph=*/true)[0];
      sum += slope.to(torch::kFloat64).square().sum(0);
    }
  }
  return sum;
}

/// [C, H, W] or [H, W] of values of 0 or more, to [H, W] that sums to 1.
torch::Tensor shares_of(const torch::Tensor& values) {
  const auto plane = values.dim() == 3 ? values.sum(0) : values;
  const double all = plane.sum().item<double>();
  if (!(all > 0)) {
    throw std::runtime_error("the code is the same for every image, so no pixel matters to it");
  }
  return plane / all;
}

/// The part of [0, size) within `reach` of `middle`.
struct Span {
  int64_t begin, length;
};
Span span_around(int64_t middle, int64_t reach, int64_t size) {
  const int64_t begin = std::max<int64_t>(0, middle - reach);
  return {begin, std::min(size, middle + reach + 1) - begin};
}

/// How far codes move when a patch around each pixel, or each of a coarser grid, shows `mean`.
/// x  [N, C, H, W]; returns [H, W] float64
torch::Tensor squared_moves(const TrainedModel& model, const torch::Tensor& x,
                            const torch::Tensor& mean, int64_t patch) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  const int64_t height = x.size(2), width = x.size(3), reach = patch / 2;
  const int64_t step = (std::max(height, width) + kPositions - 1) / kPositions;
  const auto codes = network->encode(x);
  auto moves = torch::zeros({height, width}, torch::kFloat64);
  auto covered = x.clone();
  for (int64_t row = 0; row < height; row += step) {
    for (int64_t column = 0; column < width; column += step) {
      const Span down = span_around(row + step / 2, reach, height);
      const Span across = span_around(column + step / 2, reach, width);
      const auto window = [&](const torch::Tensor& images) {
        return images.narrow(-2, down.begin, down.length).narrow(-1, across.begin, across.length);
      };
      window(covered).copy_(window(mean).expand_as(window(covered)));
      const auto moved = (network->encode(covered) - codes).to(torch::kFloat64).square().sum();
      window(covered).copy_(window(x));
      moves.narrow(0, row, std::min(step, height - row))
          .narrow(1, column, std::min(step, width - column))
          .fill_(moved.item<double>());
    }
  }
  return moves;
}

int64_t odd_side(int64_t height, int64_t width) {
  return std::max<int64_t>(1, std::min(height, width) / 9) | 1;
}

std::vector<UnitDrawing> draw_units(const TrainedModel& model, const torch::Tensor& codes,
                                    const UnitVariances& variances, int64_t most) {
  const torch::NoGradGuard no_grad;
  std::vector<int64_t> shape = model.network->options().code_shape();
  shape.insert(shape.begin(), 2);
  const auto spread = codes.std(0, /*unbiased=*/false);
  Autoencoder network = model.network;
  std::vector<UnitDrawing> drawings;
  for (const int64_t unit : variances.live) {
    if (std::ssize(drawings) == most) break;
    auto ends = codes.mean(0).repeat({2, 1});
    ends.select(1, unit).add_(spread[unit] * torch::tensor({-1.0F, 1.0F}));
    const auto decoded = network->decode(ends.view(shape));
    drawings.push_back({.unit = unit,
                        .share = variances.shares[unit].item<double>(),
                        .contrast = (decoded[1] - decoded[0]) / 2});
  }
  return drawings;
}

/// Sets first_weights: the largest of the first layer that has any.
/// spread  [C, H, W], standard deviation of each value
void find_first_weights(ImageExplanation& result, const TrainedModel& model,
                        const torch::Tensor& spread, int64_t most) {
  Autoencoder network = model.network;
  for (const Layer& layer : network->layers(ModelPart::kEncoder)) {
    const bool dense = layer.kind == LayerKind::kLinear;
    if (!dense && layer.kind != LayerKind::kConv) continue;
    auto weights = layer.weight.detach().to(torch::kFloat32);
    if (dense)
      weights = weights.view({-1, spread.size(0), spread.size(1), spread.size(2)}) * spread;
    result.first_layer_size = weights.size(0);
    const auto order = weights.flatten(1).square().sum(1).argsort(/*stable=*/true, 0, true);
    result.first_weights =
        weights.index_select(0, order.narrow(0, 0, std::min(most, weights.size(0))));
    return;
  }
}

double least_share_of_half(const torch::Tensor& shares) {
  const auto sums = std::get<0>(shares.flatten().sort(/*dim=*/0, /*descending=*/true)).cumsum(0);
  return static_cast<double>((sums < 0.5).sum().item<int64_t>() + 1) /
         static_cast<double>(shares.numel());
}

}  // namespace

std::vector<Ring> rings_of(const torch::Tensor& gradient, const torch::Tensor& occlusion,
                           int64_t width) {
  const int64_t height = gradient.size(0), across = gradient.size(1);
  const auto from_edge = [](int64_t size) {
    const auto at = torch::arange(size);
    return torch::minimum(at, size - 1 - at);
  };
  const auto ring = torch::minimum(from_edge(height).view({-1, 1}), from_edge(across).view({1, -1}))
                        .floor_divide(width);
  const int64_t deepest = (std::min(height, across) + 1) / 2;
  std::vector<Ring> rings;
  for (int64_t i = 0; i * width < deepest; ++i) {
    const auto inside = ring == i;
    rings.push_back({.first = i * width + 1,
                     .last = std::min((i + 1) * width, deepest),
                     .pixels = inside.to(torch::kFloat64).mean().item<double>(),
                     .gradient = gradient.masked_select(inside).sum().item<double>(),
                     .occlusion = occlusion.masked_select(inside).sum().item<double>()});
  }
  return rings;
}

ImageExplanation explain_images(const TrainedModel& model, const Dataset& dataset,
                                int64_t most_units) {
  require_same_shape(model, dataset);
  const int64_t values = values_in(dataset.sample_shape());
  const Dataset drawn =
      drawn_samples(dataset, std::clamp<int64_t>(kValues / values, kSplit, kSamples));
  const auto x = to_unit(drawn.samples);
  const auto spread = x.std(0, /*unbiased=*/false);
  const int64_t height = x.size(2), width = x.size(3);
  ImageExplanation result;
  result.samples = x.size(0);
  result.occluded_samples = std::min(
      x.size(0), std::clamp<int64_t>(kOccludedValues / values, kSplit / 10, kOccludedSamples));
  result.patch = odd_side(height, width);
  result.mean = x.mean(0);
  const auto codes = codes_of(model, drawn.samples);
  const UnitVariances variances = unit_variances(codes);
  result.units_in_all = codes.size(1);
  result.dead_units = std::ssize(variances.dead);
  result.gradient = shares_of(squared_gradients(model, x) * spread.square());
  result.occlusion = shares_of(
      squared_moves(model, x.narrow(0, 0, result.occluded_samples), result.mean, result.patch));
  result.rings =
      rings_of(result.gradient, result.occlusion,
               std::max<int64_t>(1, (std::min(height, width) + kRingsAcross / 2) / kRingsAcross));
  result.half_gradient = least_share_of_half(result.gradient);
  if (model.network->options().decodes_alone()) {
    result.units = draw_units(model, codes, variances, most_units);
  }
  find_first_weights(result, model, spread, most_units);
  return result;
}

}  // namespace diabolo
