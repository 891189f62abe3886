#include <gmock/gmock.h>
#include <torch/types.h>
#include <torch/utils.h>

#include "lib/analysis/evaluate.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

const Noise kNoise = gaussian_noise(0.3, 0.3);

Dataset images() { return dataset_of(noisy_bytes({40, 1, 12, 12}), "pictures"); }

TrainedModel model_of(int64_t latent, Output output = Output::kSigmoid) {
  TrainedModel model;
  model.network = Autoencoder(AutoencoderOptions{
      .hidden = {6}, .latent = latent, .output = output, .sample_shape = {1, 12, 12}});
  model.network->initialise(1, mean_sample(images()));
  model.network->eval();
  model.pca = fit_companion_pca(model.network, images());
  return model;
}

TEST(Compare, PutsTheModelAndPcaBesideTheCleanSamples) {
  const TrainedModel model = model_of(3);
  const Comparison shown = compare(model, images(), 5, 10);
  const auto clean = to_unit(images().samples.narrow(0, 5, 10));
  Autoencoder network = model.network;
  EXPECT_TRUE(torch::equal(shown.clean, clean));
  EXPECT_TRUE(torch::equal(shown.input, clean));
  EXPECT_TRUE(torch::equal(shown.model, network->forward(clean)));
  EXPECT_TRUE(torch::equal(shown.pca, model.pca.reconstruct(clean)));
  EXPECT_FALSE(shown.model.requires_grad());
}

TEST(Compare, AddsNoiseToTheInputAloneByTheSamplesIndex) {
  const TrainedModel model = model_of(3);
  const Comparison all = compare(model, images(), 0, 40, kNoise, /*seed=*/9);
  const Comparison some = compare(model, images(), 30, 10, kNoise, /*seed=*/9);
  EXPECT_TRUE(torch::equal(all.clean, to_unit(images().samples)));
  EXPECT_NEAR((all.input - all.clean).square().mean().item<double>(), 0.05, 0.02);
  EXPECT_TRUE(torch::equal(some.input, all.input.narrow(0, 30, 10)));
  Autoencoder network = model.network;
  EXPECT_TRUE(torch::equal(all.model, network->forward(all.input)));
  EXPECT_TRUE(torch::equal(all.pca, model.pca.reconstruct(all.input)));
  EXPECT_FALSE(torch::equal(compare(model, images(), 0, 40, kNoise, 10).input, all.input));
}

TEST(Compare, NamesBothShapesWhenTheDataHaveAnother) {
  const Dataset other = dataset_of(noisy_bytes({4, 3, 10, 12}), "photos");
  EXPECT_THAT([&] { compare(model_of(3), other, 0, 4); },
              ThrowsMessage<std::invalid_argument>(AllOf(
                  HasSubstr("1 x 12 x 12"), HasSubstr("3 x 10 x 12"), HasSubstr("'photos'"))));
  EXPECT_THROW(evaluate(model_of(3), other), std::invalid_argument);
}

void expect_figures(const Figures& found, const torch::Tensor& rebuilt,
                    const torch::Tensor& clean) {
  EXPECT_NEAR(found.mse, (rebuilt - clean).square().mean().item<double>(), 1e-7);
  EXPECT_NEAR(found.squared_error, found.mse * 144, 1e-6);
  EXPECT_NEAR(found.psnr.value(), psnr(rebuilt, clean).mean().item<double>(), 1e-6);
  EXPECT_NEAR(found.ssim.value(), ssim(rebuilt, clean).mean().item<double>(), 1e-6);
}

TEST(Evaluate, GivesTheMeanFiguresOfWhatIsCompared) {
  for (const Noise& noise : {Noise{}, kNoise}) {
    const TrainedModel model = model_of(3);
    const Comparison all = compare(model, images(), 0, 40, noise, 9);
    const Evaluation found = evaluate(model, images(), noise, 9);
    EXPECT_EQ(found.samples, 40);
    EXPECT_EQ(found.code_size, 3);
    expect_figures(found.model, all.model, all.clean);
    expect_figures(found.pca.value(), all.pca, all.clean);
    expect_figures(found.mean, mean_sample(images()).expand_as(all.clean), all.clean);
    EXPECT_NEAR(found.model.bce.value(),
                cross_entropies(all.model, all.clean).mean().item<double>(), 1e-6);
    EXPECT_NEAR(found.model.bce_floor.value(),
                cross_entropies(all.clean, all.clean).mean().item<double>(), 1e-6);
    EXPECT_FALSE(found.pca->bce.has_value());  // PCA leaves [0, 1].
    ASSERT_EQ(found.input.has_value(), !noise.none());
    if (found.input) expect_figures(*found.input, all.input, all.clean);
  }
}

TEST(Evaluate, GathersBatchesOfManySamples) {
  const TrainedModel model = model_of(3);
  Dataset many = images();
  many.samples = noisy_bytes({2100, 1, 12, 12});
  const Comparison all = compare(model, many, 0, 2100, kNoise, 9);
  const Evaluation found = evaluate(model, many, kNoise, 9);
  EXPECT_EQ(found.samples, 2100);
  expect_figures(found.model, all.model, all.clean);
  expect_figures(*found.input, all.input, all.clean);
}

TEST(Evaluate, HasPcaBelowTheMeanSamplesError) {
  const Evaluation found = evaluate(model_of(8), images());
  EXPECT_LT(found.pca->mse, found.mean.mse);
  EXPECT_GT(found.pca->mse, 0.0);
}

TEST(Evaluate, LeavesPcaOutWhereTheCodeIsNoSmallerThanASample) {
  for (const int64_t latent : {144, 150}) {
    const Evaluation found = evaluate(model_of(latent), images());
    EXPECT_FALSE(found.pca.has_value());
    EXPECT_EQ(found.code_size, latent);
    EXPECT_GT(found.mean.mse, 0.0);
  }
}

TEST(Evaluate, LeavesBceOutWhereTheOutputHasNoBounds) {
  const Evaluation found = evaluate(model_of(3, Output::kLinear), images());
  EXPECT_FALSE(found.model.bce.has_value());
  EXPECT_TRUE(found.mean.bce.has_value());
}

TEST(Evaluate, CountsTheNumbersInACodeMap) {
  TrainedModel model;
  model.network = Autoencoder(AutoencoderOptions{.arch = Architecture::kConv,
                                                 .channels = {4, 4},
                                                 .latent = 2,
                                                 .code = CodeShape::kMap,
                                                 .sample_shape = {1, 12, 12}});
  model.pca = fit_companion_pca(model.network, images());
  EXPECT_EQ(evaluate(model, images()).code_size, 2 * 3 * 3);
  EXPECT_EQ(model.pca.size(), 18);
}

}  // namespace
}  // namespace diabolo
