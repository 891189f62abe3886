#include <gmock/gmock.h>
#include <torch/utils.h>

#include "lib/output/clean_image.hpp"

namespace diabolo {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TrainedModel model_of(AutoencoderOptions options) {
  TrainedModel model;
  model.network = Autoencoder(options);
  model.network->initialise(2, torch::full(options.sample_shape, 0.4F));
  model.network->eval();
  return model;
}

/// Sees some 20 pixels around each.
AutoencoderOptions map_options(int64_t channels = 1, bool skip = true) {
  return {.arch = Architecture::kConv,
          .channels = {6, 8},
          .latent = 4,
          .code = CodeShape::kMap,
          .output = Output::kLinear,
          .blocks = 1,
          .skip = skip,
          .residual = skip,
          .sample_shape = {channels, 28, 28}};
}

torch::Tensor waves(int64_t channels, int64_t height, int64_t width) {
  const auto count = torch::arange(channels * height * width, torch::kFloat32);
  return count.mul(0.37).sin().mul(0.3).add(0.5).view({channels, height, width});
}

TEST(CleanImage, GivesEachSizeBack) {
  const TrainedModel model = model_of(map_options(3));
  for (const auto& [height, width] : {std::pair{1, 1}, {5, 3}, {28, 28}, {64, 33}, {131, 97}}) {
    const auto cleaned = clean_image(model, waves(3, height, width), /*tile=*/64);
    EXPECT_EQ(cleaned.sizes(), (std::vector<int64_t>{3, height, width}));
    EXPECT_TRUE(cleaned.isfinite().all().item<bool>());
  }
}

TEST(CleanImage, GivesInTilesWhatItGivesInOnePiece) {
  for (const bool skip : {false, true}) {
    const TrainedModel model = model_of(map_options(1, skip));
    const auto image = waves(1, 301, 222);
    const auto whole = clean_image(model, image, /*tile=*/512);
    // A margin of a sixteenth of a tile is 8 pixels: seams nearly where the network does not see.
    const auto tiled = clean_image(model, image, /*tile=*/128);
    EXPECT_LT((tiled - whole).abs().max().item<double>(), 2e-3);
    EXPECT_LT((tiled - whole).abs().mean().item<double>(), 2e-5);
  }
}

/// The network itself, on an image that has been made larger.
torch::Tensor passed(const TrainedModel& model, const torch::Tensor& image) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = resized(model.network, image.size(0), image.size(1), image.size(2));
  return network->forward(image.unsqueeze(0))[0].clamp(0, 1);
}

TEST(CleanImage, MirrorsSidesThatDoNotSuitTheStridesOfTraining) {
  for (const int64_t trained : {28, 30}) {
    AutoencoderOptions options = map_options();
    options.sample_shape = {1, trained, trained};
    const TrainedModel model = model_of(options);
    const auto image = waves(1, 21, 18);
    // The next that are as far from a multiple of 4 as the sides of training.
    const int64_t height = trained == 28 ? 24 : 22;
    const int64_t width = trained == 28 ? 20 : 18;
    const auto larger = at::reflection_pad2d(image, {0, width - 18, 0, height - 21});
    const auto wanted = passed(model, larger).narrow(1, 0, 21).narrow(2, 0, 18);
    EXPECT_TRUE(torch::equal(clean_image(model, image), wanted)) << trained;
  }
}

TEST(CleanImage, LeavesTheSizeOfTrainingAlone) {
  AutoencoderOptions options = map_options();
  options.sample_shape = {1, 27, 33};
  const TrainedModel model = model_of(options);
  const auto image = waves(1, 27, 33);
  EXPECT_TRUE(torch::equal(clean_image(model, image), passed(model, image)));
}

TEST(CleanImage, SharesTheWeightsOfTheModel) {
  const TrainedModel model = model_of(map_options());
  const Autoencoder larger = resized(model.network, 1, 50, 40);
  EXPECT_EQ(larger->parameters()[0].data_ptr(), model.network->parameters()[0].data_ptr());
}

TEST(CleanImage, TakesTheSizeOfAnotherNetworkAlone) {
  const TrainedModel dense = model_of({.hidden = {8}, .latent = 4, .sample_shape = {1, 12, 10}});
  const auto image = waves(1, 12, 10);
  const torch::NoGradGuard no_grad;
  Autoencoder network = dense.network;
  EXPECT_TRUE(torch::equal(clean_image(dense, image), network->forward(image.unsqueeze(0))[0]));
  EXPECT_THAT([&] { clean_image(dense, waves(1, 12, 11)); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("of 1 x 12 x 10 alone")));
  const TrainedModel map = model_of(map_options());
  EXPECT_THAT([&] { clean_image(map, waves(3, 30, 30)); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("takes grey images")));
}

}  // namespace
}  // namespace diabolo
