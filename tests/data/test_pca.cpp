#include <ATen/ops/linalg_svd.h>
#include <gmock/gmock.h>
#include <torch/utils.h>

#include "lib/data/pca.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

double reconstruction_error(const Pca& pca, const Dataset& dataset) {
  const auto x = to_unit(dataset.samples);
  return (pca.reconstruct(x) - x).square().sum().item<double>();
}

/// Sum of the squared singular values beyond the first K: what the best code of K numbers leaves.
double least_error(const Dataset& dataset, int64_t size) {
  const auto x = dataset.samples.flatten(1).to(torch::kFloat64) / 255;
  const auto values = std::get<1>(at::linalg_svd(x - x.mean(0), /*full_matrices=*/false));
  return values.slice(0, size).square().sum().item<double>();
}

void expect_orthonormal(const Pca& pca) {
  const auto products = pca.components.mm(pca.components.t());
  EXPECT_TRUE(torch::allclose(products, torch::eye(pca.size()), 1e-3, 1e-4)) << products;
}

TEST(Pca, FindsTheAxesWorkedOutByHand) {
  // Points (±3, ±3) and (±1, ∓1) about (100, 100), in bytes: along (1, 1) the variance is 9 times
  // that along (1, -1).
  const auto points = torch::tensor({103, 103, 97, 97, 101, 99, 99, 101}, torch::kUInt8);
  const Pca pca = fit_pca(dataset_of(points.view({4, 1, 1, 2})), 2);
  const auto mean = torch::full({2}, 100.0F / 255);
  EXPECT_TRUE(torch::allclose(pca.mean, mean));
  const float half = std::sqrt(0.5F);
  EXPECT_TRUE(torch::allclose(pca.components[0].abs(), torch::full({2}, half), 1e-4));
  EXPECT_GT((pca.components[0][0] * pca.components[0][1]).item<double>(), 0);
  EXPECT_LT((pca.components[1][0] * pca.components[1][1]).item<double>(), 0);
  // One number keeps (103, 103) and makes (101, 99) the mean.
  const Pca one = fit_pca(dataset_of(points.view({4, 1, 1, 2})), 1);
  const auto rebuilt = one.reconstruct(to_unit(points.view({4, 1, 1, 2}))) * 255;
  const auto wanted = torch::tensor({103, 103, 97, 97, 100, 100, 100, 100}, torch::kFloat32);
  EXPECT_TRUE(torch::allclose(rebuilt.flatten(), wanted, 0, 1e-2)) << rebuilt;
}

TEST(Pca, HasOrthonormalComponents) {
  expect_orthonormal(fit_pca(dataset_of(noisy_bytes({60, 1, 6, 6})), 12));
}

TEST(Pca, RebuildsExactlyFromAsManyNumbersAsValues) {
  const Dataset dataset = dataset_of(noisy_bytes({60, 3, 3, 4}));
  const Pca pca = fit_pca(dataset, 36);
  const auto x = to_unit(dataset.samples);
  EXPECT_EQ(pca.reconstruct(x).sizes(), x.sizes());
  EXPECT_TRUE(torch::allclose(pca.reconstruct(x), x, 0, 1e-5));
}

TEST(Pca, IsCutToWhatTheDataAllow) {
  EXPECT_EQ(fit_pca(dataset_of(noisy_bytes({60, 1, 2, 3})), 100).size(), 6);
  EXPECT_LE(fit_pca(dataset_of(noisy_bytes({4, 1, 50, 60})), 100).size(), 4);
}

TEST(Pca, LeavesTheLeastErrorThatACodeOfItsSizeCan) {
  for (const int64_t width : {8, 40}) {  // One block of the covariance matrix, and several.
    const Dataset dataset = dataset_of(noisy_bytes({50, 1, 8, width}));
    for (const int64_t size : {1, 5, 20}) {
      const double least = least_error(dataset, size);
      EXPECT_NEAR(reconstruction_error(fit_pca(dataset, size), dataset), least, 1e-4 * least)
          << width << ", " << size;
    }
  }
}

TEST(Pca, LeavesTheLeastErrorForSamplesOfManyValuesToo) {
  const Dataset dataset = dataset_of(noisy_bytes({50, 1, 46, 46}));
  ASSERT_GT(46 * 46, kMaxPcaValues);
  for (const int64_t size : {1, 5, 20}) {
    const Pca pca = fit_pca(dataset, size);
    const double least = least_error(dataset, size);
    EXPECT_NEAR(reconstruction_error(pca, dataset), least, 1e-3 * least) << size;
    expect_orthonormal(pca);
  }
}

TEST(Pca, RebuildsFewSamplesOfManyValuesExactly) {
  // N samples differ from their mean in N - 1 directions: an N-th would be noise.
  const Dataset dataset = dataset_of(noisy_bytes({6, 1, 46, 46}));
  const Pca pca = fit_pca(dataset, 32);
  expect_orthonormal(pca);
  const auto x = to_unit(dataset.samples);
  EXPECT_TRUE(torch::allclose(pca.reconstruct(x), x, 0, 1e-3));
}

TEST(Pca, HasNoDirectionForSamplesThatAreCopies) {
  const auto few = noisy_bytes({4, 1, 46, 46});
  const Dataset dataset = dataset_of(torch::cat({few, few, few}));
  const Pca pca = fit_pca(dataset, 8);
  const auto x = to_unit(dataset.samples);
  EXPECT_TRUE(torch::allclose(pca.reconstruct(x), x, 0, 1e-3));
}

TEST(Pca, AnswersWithTheMeanWhenAllSamplesAreEqual) {
  for (const int64_t side : {4, 46}) {
    const Dataset dataset = dataset_of(noisy_bytes({1, 1, side, side}).repeat({3, 1, 1, 1}));
    const auto x = to_unit(dataset.samples);
    EXPECT_TRUE(torch::allclose(fit_pca(dataset, 2).reconstruct(x), x, 0, 1e-5)) << side;
    const Dataset black = dataset_of(torch::zeros({3, 1, side, side}, torch::kUInt8));
    const auto zeros = to_unit(black.samples);
    EXPECT_TRUE(torch::equal(fit_pca(black, 2).reconstruct(zeros), zeros)) << side;
  }
}

TEST(Pca, IsTheSameAtEachCall) {
  const Dataset dataset = dataset_of(noisy_bytes({40, 1, 46, 46}));
  EXPECT_TRUE(torch::equal(fit_pca(dataset, 5).components, fit_pca(dataset, 5).components));
}

}  // namespace
}  // namespace diabolo
