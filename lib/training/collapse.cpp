#include "lib/training/collapse.hpp"

#include <torch/utils.h>

#include <algorithm>

#include "models/shape.hpp"

namespace diabolo {
namespace {

/// As many as tell, and as fit into little memory where samples are large.
Batch watched(const Autoencoder& model, const Batches& samples) {
  constexpr int64_t kMost = 1000;
  constexpr int64_t kMostValues = 4'000'000;
  const int64_t room = kMostValues / values_in(model->options().sample_shape);
  return samples.plain(0, std::min({kMost, std::max<int64_t>(2, room), samples.plain_samples()}));
}

/// Variance between samples, summed over values.
double variance_of(const torch::Tensor& samples) {
  const auto rows = samples.flatten(1);
  return (rows - rows.mean(0, /*keepdim=*/true)).square().sum(torch::kFloat64).item<double>() /
         static_cast<double>(rows.size(0));
}

}  // namespace

bool is_flat(const torch::Tensor& outputs, const torch::Tensor& wanted) {
  constexpr double kLeast = 1e-4;  // 1 % of the deviation.
  return variance_of(outputs) < kLeast * variance_of(wanted);
}

bool gives_flat_output(Autoencoder& model, const Batches& samples, Group& group) {
  const torch::NoGradGuard no_grad;
  const Batch batch = watched(model, samples);
  return group.any(is_flat(model->forward(batch.input), batch.target));
}

CodeUnits watched_code_units(Autoencoder& model, const Batches& samples, Group& group) {
  const torch::NoGradGuard no_grad;
  const AutoencoderOptions& options = model->options();
  if (options.skip || options.variational) {
    return {.units = options.latent, .constant = 0, .duplicate = 0};
  }
  CodeUnits found = count_code_units(model->encode(watched(model, samples).input));
  if (group.size() == 1) return found;
  auto counts = torch::tensor({found.units, found.constant, found.duplicate}, torch::kInt64);
  group.broadcast(counts, /*from=*/0);
  const auto* const agreed = counts.const_data_ptr<int64_t>();
  return {.units = agreed[0], .constant = agreed[1], .duplicate = agreed[2]};
}

}  // namespace diabolo
