#include <gtest/gtest.h>
#include <torch/utils.h>

#include <algorithm>
#include <limits>

#include "lib/training/usual.hpp"
#include "tests/training/small_model.hpp"

namespace diabolo {
namespace {

using formats::TemporaryFolder;

TEST(Usual, IsTheSameAfterLoading) {
  const TemporaryFolder folder;
  const TrainedModel model = small_model();
  save_model(model, folder / "m.safetensors");
  const Usual usual = load_model(folder / "m.safetensors").usual;
  EXPECT_EQ(usual.samples, 5);
  EXPECT_TRUE(usual.kept_apart);
  EXPECT_FALSE(usual.model.error.defined());
  ASSERT_TRUE(usual.pca.has_value());
  EXPECT_TRUE(torch::equal(usual.model.low, model.usual.model.low));
  EXPECT_TRUE(torch::equal(usual.model.high, model.usual.model.high));
  EXPECT_TRUE(torch::equal(usual.model.scores, model.usual.model.scores));
  EXPECT_TRUE(torch::equal(usual.pca->scores, model.usual.pca->scores));
  EXPECT_EQ(usual.model.scores.size(0), 5);
}

TEST(Usual, IsNotKnownToAModelOfAnEarlierProgram) {
  const TemporaryFolder folder;
  write_changed(folder / "m.safetensors", [](TensorFile& file) {
    file.metadata.erase("usual");
    std::erase_if(file.tensors, [](const auto& each) { return each.first.starts_with("usual."); });
  });
  const TrainedModel loaded = load_model(folder / "m.safetensors");
  EXPECT_FALSE(loaded.usual.known());
  EXPECT_TRUE(equal(loaded, small_model()));
}

TEST(Usual, OfScoresThatDoNotFitIsRefused) {
  const std::vector<std::pair<std::string, torch::Tensor>> changes = {
      {"usual.model.low", torch::zeros({3})},
      {"usual.model.low", torch::full({2}, 1e9F)},
      {"usual.model.high", torch::full({2}, std::numeric_limits<float>::quiet_NaN())},
      {"usual.model.error", torch::zeros({9})},
      {"usual.model.scores", torch::tensor({2.0F, 1.0F})},
      {"usual.pca.scores", torch::zeros({0})}};
  for (const auto& change : changes) {
    expect_refused<std::runtime_error>(
        [&](TensorFile& file) { file.tensors[change.first] = change.second; }, "usual");
  }
  expect_refused<std::runtime_error>([](TensorFile& file) { file.tensors.erase("usual.pca.low"); },
                                     "usual");
}

TEST(Usual, CodesAreKeptWithinTheMiddleOfTheTrainingOnes) {
  const TrainedModel model = small_model();
  Autoencoder network = model.network;
  const torch::NoGradGuard no_grad;
  const auto x = to_unit(small_images().samples);
  const auto codes = network->encode(x);
  const auto sorted = std::get<0>(codes.sort(0));
  // Of 20 codes the 10th percentile lies between the second and the third: at 1.9.
  EXPECT_TRUE(torch::allclose(model.usual.model.low, sorted[1] + 0.9 * (sorted[2] - sorted[1])));
  const auto far = x * 50 - 20;
  const auto kept = network->encode(far).clamp(model.usual.model.low, model.usual.model.high);
  EXPECT_TRUE(torch::allclose(nearest_usual(model, CodeOf::kModel, far), network->decode(kept)));
  EXPECT_GT(
      (network->decode(network->encode(far)) - network->decode(kept)).abs().max().item<float>(),
      0.01F);
}

TEST(Usual, LooksAtTrainingSamplesWhereNoneWereKeptApart) {
  const TrainedModel model = small_model();
  const Usual usual = find_usual(model, small_images(), {});
  EXPECT_FALSE(usual.kept_apart);
  EXPECT_EQ(usual.samples, 20);
}

}  // namespace
}  // namespace diabolo
