#include <ATen/CPUGeneratorImpl.h>
#include <gmock/gmock.h>
#include <torch/utils.h>

#include "lib/training/muon.hpp"
#include "tests/training/tiny.hpp"

namespace diabolo {
namespace {

torch::Tensor some_matrix(int64_t rows, int64_t columns) {
  return at::randn({rows, columns}, at::make_generator<at::CPUGeneratorImpl>(3),
                   torch::TensorOptions());
}

TEST(Muon, KeepsSingularVectorsAndMakesSingularValuesAboutOne) {
  for (const auto& [rows, columns] : {std::pair{5, 40}, {40, 5}, {12, 12}}) {
    const auto matrix = some_matrix(rows, columns);
    const auto [u, values, v] = at::linalg_svd(matrix, /*full_matrices=*/false);
    const auto found = orthogonalised(matrix, torch::kFloat32);
    ASSERT_EQ(found.sizes(), matrix.sizes());
    const auto inner = u.t().mm(found).mm(v.t());
    const auto sizes = inner.diagonal();
    EXPECT_GT(sizes.min().item<double>(), 0.5) << rows;
    EXPECT_LT(sizes.max().item<double>(), 1.3) << rows;
    EXPECT_LT((inner - sizes.diag()).abs().max().item<double>(), 1e-4) << rows;
  }
}

TEST(Muon, TakesAMatrixOfAnySize) {
  const auto matrix = some_matrix(4, 6);
  const auto found = orthogonalised(matrix, torch::kFloat32);
  EXPECT_TRUE(torch::allclose(orthogonalised(matrix * 1e4, torch::kFloat32), found, 1e-3, 1e-4));
  EXPECT_TRUE(orthogonalised(torch::zeros({4, 6}), torch::kFloat32).eq(0).all().item<bool>());
}

TEST(Muon, ComputesInBfloat16WhereAsked) {
  const auto matrix = some_matrix(4, 6);
  const auto found = orthogonalised(matrix, torch::kBFloat16);
  EXPECT_EQ(found.scalar_type(), torch::kBFloat16);
  EXPECT_TRUE(
      torch::allclose(found.to(torch::kFloat32), orthogonalised(matrix, torch::kFloat32), 0, 0.05));
}

TEST(Muon, StepsFurtherWithATallMatrixAndPullsTowardsZero) {
  for (const auto& [rows, columns, factor] : {std::tuple{2, 8, 1.0}, {8, 2, 2.0}}) {
    const auto gradient = some_matrix(rows, columns);
    auto weight = torch::ones({rows, columns});
    auto momentum = torch::full({rows, columns}, 2.0);
    muon_update(weight, gradient, momentum, 0.1, 0.5, torch::kFloat32);
    const auto remembered = gradient * 0.05 + 1.9;
    EXPECT_TRUE(torch::allclose(momentum, remembered));
    const auto direction = orthogonalised(gradient * 0.05 + remembered * 0.95, torch::kFloat32);
    EXPECT_TRUE(torch::allclose(weight, 0.95 - 0.1 * factor * direction, 1e-4, 1e-5)) << rows;
  }
}

TEST(Muon, IsForTheMatricesBetweenTheFirstLayerAndTheLast) {
  const Autoencoder dense(AutoencoderOptions{.hidden = {24, 12}, .latent = 6});
  EXPECT_THAT(hidden_matrices(dense),
              testing::ElementsAre("decoder.layers.0.weight", "decoder.layers.2.weight",
                                   "encoder.layers.2.weight", "encoder.layers.4.weight"));
  const AutoencoderOptions conv{
      .arch = Architecture::kConv, .hidden = {}, .channels = {4, 4}, .latent = 6};
  EXPECT_EQ(hidden_matrices(Autoencoder(conv)).size(), 2);
  const AutoencoderOptions map{.arch = Architecture::kConv,
                               .hidden = {},
                               .channels = {4, 4},
                               .latent = 2,
                               .code = CodeShape::kMap};
  const AutoencoderOptions linear{.hidden = {}, .latent = 6};
  for (const auto& options : {dense->options(), conv, map, linear}) {
    EXPECT_EQ(has_hidden_matrices(options), !hidden_matrices(Autoencoder(options)).empty());
  }
}

}  // namespace
}  // namespace diabolo
