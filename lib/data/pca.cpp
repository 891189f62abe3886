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
  return to_unit(dataset.samples.narrow(0, begin, count)).flatten(1).sub(mean);
}

struct Directions {
  torch::Tensor vectors;  ///< [K, D]
  torch::Tensor share;    ///< [K]
};

/// Adds x^T x of rows [N, D] to the upper triangle of `sum` [D, D]. The lower one, which is the
/// same again, gets what its blocks have in common with the upper one.
void add_products(const torch::Tensor& rows, torch::Tensor& sum) {
  constexpr int64_t kBlock = 128;
  const int64_t values = rows.size(1);
  for (int64_t begin = 0; begin < values; begin += kBlock) {
    const int64_t left = values - begin;
    const int64_t count = std::min(kBlock, left);
    const auto products = rows.narrow(1, begin, count).t().mm(rows.narrow(1, begin, left));
    sum.narrow(0, begin, count).narrow(1, begin, left).add_(products);
  }
}

/// Eigenvectors of D x D: exact over all samples.
Directions from_covariance(const Dataset& dataset, const torch::Tensor& mean, int64_t size) {
  auto covariance = torch::zeros({mean.size(0), mean.size(0)}, torch::kFloat64);
  for (int64_t begin = 0; begin < dataset.size(); begin += kChunk) {
    const auto rows = centred_rows(dataset, mean, begin, std::min(kChunk, dataset.size() - begin));
    add_products(rows, covariance);
  }
  const auto trace = covariance.trace().item<double>();
  if (trace <= 0) return {torch::empty({0, mean.size(0)}), torch::empty({0})};  // All are the mean.
  // Ascending eigenvalues in float32 are accurate enough for the leading vectors, and twice as
  // fast.
  const auto [values, vectors] =
      at::linalg_eigh((covariance / trace).to(torch::kFloat32), /*UPLO=*/"U");
  const int64_t first = mean.size(0) - size;
  return {vectors.narrow(1, first, size).flip(1).t().contiguous(),
          values.narrow(0, first, size).flip(0).clamp_min(0).contiguous()};
}

/// Right singular vectors by way of N x N, for samples of many values.
Directions from_gram(const Dataset& dataset, const torch::Tensor& mean, int64_t size) {
  Dataset some = dataset;
  if (dataset.size() > kMaxPcaValues) {
    auto chosen = permutation(dataset.size(), random_state(0, Purpose::kSubsample, 0, 0));
    chosen.resize(static_cast<size_t>(kMaxPcaValues));
    some = dataset.select(chosen);
  }
  const auto rows = centred_rows(some, mean, 0, some.size());
  const auto [values, vectors] = at::linalg_eigh(rows.mm(rows.t()));
  const auto leading = vectors.narrow(1, some.size() - size, size).flip(1);
  const auto directions = leading.t().mm(rows);
  const auto lengths = directions.norm(2, /*dim=*/1, /*keepdim=*/true);
  // N samples span N - 1 directions at most, fewer when some are copies; the rest is rounding.
  const auto kept = (lengths > kLeastLength * lengths.max()).sum().item<int64_t>();
  const auto share = values.narrow(0, some.size() - size, size).flip(0) / values.sum();
  return {(directions / lengths.clamp_min(1e-12)).narrow(0, 0, kept).contiguous(),
          share.narrow(0, 0, kept).clamp_min(0).contiguous()};
}

}  // namespace

torch::Tensor Pca::encode(const torch::Tensor& x) const {
  return (x.flatten(1) - mean).mm(components.t());
}

torch::Tensor Pca::reconstruct(const torch::Tensor& x) const {
  return encode(x).mm(components).add_(mean).view(x.sizes());
}

Pca fit_pca(const Dataset& dataset, int64_t size) {
  const torch::NoGradGuard no_grad;
  const int64_t values = values_in(dataset.sample_shape());
  const auto mean = mean_sample(dataset).flatten();
  const int64_t rows = std::min(dataset.size(), kMaxPcaValues);
  const Directions found = values <= kMaxPcaValues
                               ? from_covariance(dataset, mean, std::min(size, values))
                               : from_gram(dataset, mean, std::min({size, values, rows}));
  return {.mean = mean, .components = found.vectors, .share = found.share};
}

}  // namespace diabolo
