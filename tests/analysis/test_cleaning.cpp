#include <gmock/gmock.h>

#include "lib/analysis/cleaning.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

const Noise kSlight = gaussian_noise(0.1, 0.1);

/// Soft spots of 16 x 16, each its own.
Dataset spots(int64_t count) {
  const auto axis = torch::arange(16, torch::kFloat32);
  std::vector<torch::Tensor> images;
  for (int64_t i = 0; i < count; ++i) {
    const auto row = (axis - static_cast<double>(i * 7 % 16)).square();
    const auto column = (axis - static_cast<double>(i * 11 % 16)).square();
    images.push_back(at::exp(-(row.unsqueeze(1) + column) / 12).mul(255).to(torch::kUInt8));
  }
  return dataset_of(torch::stack(images).unsqueeze(1));
}

TrainedModel model_of(const Dataset& train) {
  TrainedModel model;
  model.network = Autoencoder(
      AutoencoderOptions{.hidden = {8}, .latent = 4, .sample_shape = train.sample_shape()});
  model.network->initialise(1, mean_sample(train));
  model.network->eval();
  model.pca = fit_companion_pca(model.network, train);
  return model;
}

TEST(Cleaners, StandInTheirOrderWithTheModelLast) {
  const Dataset train = spots(60);
  const TrainedModel model = model_of(train);
  const Cleaners cleaners(model, train, 1);
  std::vector<std::string> names;
  for (const auto& way : cleaners.for_noise(kSlight)) names.push_back(way.name);
  EXPECT_THAT(names, ElementsAre("noisy", "median 3x3", "Gaussian blur", "non-local means",
                                 "PCA-64", "this model"));
}

TEST(Cleaners, AreJudgedAsTheirPartsAre) {
  const Dataset train = spots(60);
  const TrainedModel model = model_of(train);
  const Cleaners cleaners(model, train, 1);
  const auto found = compare_cleaners(cleaners, train, 30, kSlight, 3);
  const auto shown = clean_some(cleaners, train, 0, 30, kSlight, 3);
  ASSERT_EQ(found.of.size(), shown.by.size());
  for (size_t i = 0; i < shown.by.size(); ++i) {
    const auto& [name, images] = shown.by[i];
    EXPECT_EQ(found.of[i].first, name);
    EXPECT_NEAR(*found.of[i].second.psnr, psnr(images, shown.clean).mean().item<double>(), 1e-6);
    EXPECT_NEAR(*found.of[i].second.ssim, ssim(images, shown.clean).mean().item<double>(), 1e-6);
    EXPECT_GE(images.min().item<float>(), 0.0F);
    EXPECT_LE(images.max().item<float>(), 1.0F);
  }
  // Of the model as of evaluate(), on the same noise.
  const auto evaluated = evaluate(model, train.head(30), kSlight, 3);
  EXPECT_NEAR(*found.of.front().second.psnr, *evaluated.input->psnr, 1e-6);
  EXPECT_NEAR(*found.of.back().second.psnr, *evaluated.model.psnr, 1e-6);
}

TEST(Cleaners, TuneTheFiltersToTheNoise) {
  const Dataset train = spots(60);
  const TrainedModel model = model_of(train);
  const Cleaners cleaners(model, train, 1);
  for (const double level : {0.05, 0.4}) {
    const auto found = compare_cleaners(cleaners, train, 60, gaussian_noise(level, level), 3);
    for (const size_t filter : {size_t{2}, size_t{3}}) {
      EXPECT_GT(*found.of[filter].second.psnr, *found.of[0].second.psnr) << found.of[filter].first;
    }
  }
}

TEST(Cleaners, RefuseTrainingImagesOfAnotherSize) {
  const TrainedModel model = model_of(spots(20));
  const Dataset other = dataset_of(noisy_bytes({5, 1, 8, 8}));
  EXPECT_THAT([&] { Cleaners(model, other, 1); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("1 x 8 x 8")));
}

}  // namespace
}  // namespace diabolo
