#include <gmock/gmock.h>
#include <torch/utils.h>

#include "lib/analysis/traversal.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TrainedModel decoder_of(int64_t latent) {
  TrainedModel model;
  model.network =
      Autoencoder(AutoencoderOptions{.hidden = {6}, .latent = latent, .sample_shape = {1, 4, 5}});
  model.network->initialise(1, mean_sample(dataset_of(noisy_bytes({20, 1, 4, 5}))));
  model.network->eval();
  return model;
}

/// Decoded, one code alone.
torch::Tensor decoded(const TrainedModel& model, const std::vector<double>& code) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  return network->decode(torch::tensor(code, torch::kFloat32).unsqueeze(0))[0];
}

TEST(Traversal, MovesOneUnitFromItsFirstToItsNinetyNinthPercentile) {
  const TrainedModel model = decoder_of(2);
  const auto codes = torch::stack({torch::arange(101) / 10.0, torch::full({101}, 3)}, 1);
  const Traversal walk = traverse(model, codes, 0, 3);
  EXPECT_THAT(walk.values,
              ElementsAre(DoubleNear(0.1, 1e-6), DoubleNear(5, 1e-6), DoubleNear(9.9, 1e-6)));
  EXPECT_TRUE(torch::allclose(walk.decoded[0], decoded(model, {0.1, 3}), 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(walk.decoded[2], decoded(model, {9.9, 3}), 1e-5, 1e-6));
}

TEST(CodeMap, HasTheFirstNumberAcrossAndTheSecondUp) {
  const TrainedModel model = decoder_of(2);
  const auto codes = torch::stack({torch::arange(101) / 100.0, torch::arange(101) / -50.0}, 1);
  const CodeMap map = code_map(model, codes, 4);
  EXPECT_EQ(map.decoded.sizes(), (torch::IntArrayRef{4, 4, 1, 4, 5}));
  EXPECT_TRUE(torch::allclose(map.decoded[0][3], decoded(model, {map.x[3], map.y[0]}), 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(map.decoded[2][1], decoded(model, {map.x[1], map.y[2]}), 1e-5, 1e-6));
  EXPECT_THAT(map.y.front(), DoubleNear(-1.98, 1e-5));
}

TEST(Interpolation, RunsFromOneReconstructionToTheOther) {
  const TrainedModel model = decoder_of(3);
  const auto x = to_unit(noisy_bytes({2, 1, 4, 5}));
  const Interpolation way = interpolate(model, x[0], x[1], 5);
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  const auto rebuilt = network->forward(x);
  const auto middle = network->decode(network->encode(x).mean(0, /*keepdim=*/true));
  EXPECT_TRUE(torch::allclose(way.decoded[0], rebuilt[0], 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(way.decoded[2], middle[0], 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(way.decoded[4], rebuilt[1], 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(way.mixed[2], (x[0] + x[1]) / 2, 1e-5, 1e-6));
}

TEST(UnitVariances, OrderTheLiveAndNameTheDead) {
  const auto steps = torch::arange(10, torch::kFloat32);
  const auto codes = torch::stack({steps, torch::full({10}, 0.5), steps * 3}, 1);
  const UnitVariances found = unit_variances(codes);
  EXPECT_THAT(found.live, ElementsAre(2, 0));
  EXPECT_THAT(found.dead, ElementsAre(1));
  EXPECT_NEAR(found.shares[2].item<double>(), 0.9, 1e-6);
}

TEST(MostMoved, NamesTheValuesByHowFarTheyGo) {
  const auto decoded = torch::tensor({{0.0, 5.0, -1.0}, {1.0, 5.5, 2.0}});
  EXPECT_THAT(most_moved(decoded, 2), ElementsAre(2, 0));
  EXPECT_THAT(most_moved(decoded, 9), ElementsAre(2, 0, 1));
}

}  // namespace
}  // namespace diabolo
