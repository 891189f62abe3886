#include "lib/data/pca.hpp"

#include <torch/utils.h>

#include <algorithm>

#include "lib/data/random.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

constexpr int64_t kChunk = 4096;
constexpr double kLeastLength = 1e-3;

/// Rows [begin, begin + count) as centred float32 [count, D].
torch::Tensor centred_rows(const Dataset& dataset, const torch::Tensor& mean, int64_t begin,
                           int64_t count) {
  return to_unit(dataset.samples.narrow(0, begin, count)).flatten(1).sub_(mean);
}

/// Eigenvectors of D x D: exact over all samples.
torch::Tensor from_covariance(const Dataset& dataset, const torch::Tensor& mean, int64_t size) {
  auto covariance = torch::zeros({mean.size(0), mean.size(0)}, torch::kFloat64);
  for (int64_t begin = 0; begin < dataset.size(); begin += kChunk) {
    const auto rows = centred_rows(dataset, mean, begin, std::min(kChunk, dataset.size() - begin));
    covariance += rows.t().mm(rows).to(torch::kFloat64);
  }
  const auto trace = covariance.trace().item<double>();
  if (trace <= 0) return torch::empty({0, mean.size(0)});  // All samples are the mean.
  // Ascending eigenvalues in float32 are accurate enough for the leading vectors, and twice as
  // fast.
  const auto vectors = std::get<1>(at::linalg_eigh((covariance / trace).to(torch::kFloat32)));
  return vectors.narrow(1, mean.size(0) - size, size).flip(1).t().contiguous();
}

/// Right singular vectors by way of N x N, for samples of many values.
torch::Tensor from_gram(const Dataset& dataset, const torch::Tensor& mean, int64_t size) {
  Dataset some = dataset;
  if (dataset.size() > kMaxPcaValues) {
    auto chosen = permutation(dataset.size(), random_state(0, Purpose::kSubsample, 0, 0));
    chosen.resize(static_cast<size_t>(kMaxPcaValues));
    some = dataset.select(chosen);
  }
  const auto rows = centred_rows(some, mean, 0, some.size());
  const auto vectors = std::get<1>(at::linalg_eigh(rows.mm(rows.t())));
  const auto leading = vectors.narrow(1, some.size() - size, size).flip(1);
  const auto directions = leading.t().mm(rows);
  const auto lengths = directions.norm(2, /*dim=*/1, /*keepdim=*/true);
  // N samples span N - 1 directions at most, fewer when some are copies; the rest is rounding.
  const auto kept = (lengths > kLeastLength * lengths.max()).sum().item<int64_t>();
  return (directions / lengths.clamp_min(1e-12)).narrow(0, 0, kept).contiguous();
}

}  // namespace

torch::Tensor Pca::reconstruct(const torch::Tensor& x) const {
  const auto centred = x.flatten(1) - mean;
  return centred.mm(components.t()).mm(components).add_(mean).view(x.sizes());
}

Pca fit_pca(const Dataset& dataset, int64_t size) {
  const torch::NoGradGuard no_grad;
  const int64_t values = values_in(dataset.sample_shape());
  Pca pca{.mean = mean_sample(dataset).flatten(), .components = {}};
  if (values <= kMaxPcaValues) {
    pca.components = from_covariance(dataset, pca.mean, std::min(size, values));
  } else {
    const int64_t rows = std::min(dataset.size(), kMaxPcaValues);
    pca.components = from_gram(dataset, pca.mean, std::min({size, values, rows}));
  }
  return pca;
}

}  // namespace diabolo
