#include "models/conv.hpp"
#include "tests/models/network.hpp"

namespace diabolo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

Shape batch_of(int64_t count, Shape sample) {
  sample.insert(sample.begin(), count);
  return sample;
}

TEST(ConvOptions, AreValidByDefaultAndNameEachBadField) {
  EXPECT_NO_THROW(ConvOptions{}.validate());
  expect_refused(ConvOptions{.sample_shape = {1, 28, 0}}, "sample_shape: found 1,28,0");
  expect_refused(ConvOptions{.channels = {32, -1}}, "channels: found 32,-1");
  expect_refused(ConvOptions{.channels = {}}, "channels: found none");
  expect_refused(ConvOptions{.latent = 0}, "latent: found 0");
  expect_refused(ConvOptions{.sample_shape = {12}}, "takes images [C, H, W]; found 12");
}

TEST(ConvOptions, HalveTheSidesRoundingUp) {
  const ConvOptions options{.sample_shape = {3, 27, 31}, .channels = {4, 8}, .latent = 5};
  EXPECT_THAT(options.map_shapes(),
              ElementsAre(ElementsAre(3, 27, 31), ElementsAre(4, 14, 16), ElementsAre(8, 7, 8)));
  EXPECT_THAT(options.code_shape(), ElementsAre(5));
}

TEST(Conv, GivesCodesAndSamplesOfEachSizeBack) {
  for (const Shape& sample : {Shape{1, 28, 28}, Shape{1, 27, 31}, Shape{3, 27, 31}, Shape{1, 1, 1},
                              Shape{3, 2, 5}, Shape{1, 6, 1}}) {
    for (const CodeShape code : {CodeShape::kVector, CodeShape::kMap}) {
      const ConvOptions options{
          .sample_shape = sample, .channels = {4, 6, 5}, .latent = 3, .code = code};
      ConvEncoder encoder(options);
      ConvDecoder decoder(options);
      for (const int64_t count : {1, 2}) {
        const auto z = encoder.forward(waves(batch_of(count, sample)));
        EXPECT_EQ(z.sizes(), batch_of(count, options.code_shape()));
        EXPECT_EQ(decoder.forward(z).sizes(), batch_of(count, sample));
      }
    }
  }
}

TEST(Conv, RefusesSamplesAndCodesOfAnotherSize) {
  const ConvOptions options{.sample_shape = {1, 8, 8}, .channels = {4}, .latent = 3};
  ConvEncoder encoder(options);
  ConvDecoder decoder(options);
  EXPECT_THAT([&] { encoder.forward(waves({2, 1, 8, 9})); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("[2 x 1 x 8 x 9]")));
  EXPECT_THAT([&] { encoder.forward(waves({2, 3, 8, 8})); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("[2 x 3 x 8 x 8]")));
  EXPECT_THAT([&] { decoder.forward(waves({2, 4})); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("code has 3 values")));
}

TEST(ConvEncoder, ComputesWhatIsWorkedOutByHand) {
  ConvEncoder encoder({.sample_shape = {1, 3, 3},
                       .channels = {1},
                       .latent = 1,
                       .code = CodeShape::kMap,
                       .activation = Activation::kRelu});
  // Each output is the sum of the pixels above it, on it and to its right, less 4.
  fill(encoder, "features.0.weight",
       torch::tensor({0.0F, 1.0F, 0.0F, 0.0F, 1.0F, 1.0F, 0.0F, 0.0F, 0.0F}).view({1, 1, 3, 3}));
  fill(encoder, "features.0.bias", torch::tensor({-4.0F}));
  fill(encoder, "code.weight", torch::full({1, 1, 1, 1}, 2.0F));
  fill(encoder, "code.bias", torch::tensor({-1.0F}));
  const auto image = torch::arange(1.0F, 10.0F).view({1, 1, 3, 3});
  // 1 2 3   windows are centred on 1, 3, 7 and 9:
  // 4 5 6   relu(1 + 2 - 4) = 0, relu(3 - 4) = 0,
  // 7 8 9   relu(4 + 7 + 8 - 4) = 15, relu(6 + 9 - 4) = 11; then 2 x - 1.
  const auto wanted = torch::tensor({-1.0F, -1.0F, 29.0F, 21.0F}).view({1, 1, 2, 2});
  EXPECT_TRUE(torch::equal(encoder.forward(image), wanted));
}

TEST(ConvEncoder, DrawsHeNormalWeightsAndAGlorotNormalCode) {
  ConvEncoder encoder({.sample_shape = {3, 16, 16}, .channels = {64, 48}, .latent = 40});
  encoder.initialise(generator_of(1));
  const auto parameters = encoder.named_parameters();
  expect_spread(parameters["features.0.weight"], std::sqrt(2.0 / (3 * 9)));
  expect_spread(parameters["features.2.weight"], std::sqrt(2.0 / (64 * 9)));
  expect_spread(parameters["code.weight"], std::sqrt(2.0 / (48 * 16 + 40)));
  EXPECT_EQ(parameters["features.0.bias"].abs().max().item<float>(), 0.0F);
}

TEST(ConvDecoder, CountsTheFanInThatAStridedTransposeHas) {
  ConvDecoder decoder({.sample_shape = {3, 16, 16}, .channels = {64, 48}, .latent = 40});
  decoder.initialise(generator_of(1));
  const auto parameters = decoder.named_parameters();
  expect_spread(parameters["code.weight"], std::sqrt(2.0 / 40));
  // Of the 9 taps a quarter meets each output pixel; the last layer looks both ways.
  expect_spread(parameters["features.1.weight"], std::sqrt(2.0 / (48 * 9 / 4.0)));
  expect_spread(parameters["features.3.weight"], std::sqrt(2.0 / (64 * 9 / 4.0 + 3 * 9)));
}

TEST(ConvDecoder, KeepsTheVarianceOfWhatItPassesOn) {
  // What He's rule is for: relu features of variance 2 (mean square) come out with about that.
  ConvDecoder decoder({.sample_shape = {64, 32, 32},
                       .channels = {64, 64},
                       .latent = 64,
                       .code = CodeShape::kMap,
                       .activation = Activation::kRelu});
  decoder.initialise(generator_of(2));
  const auto z = torch::randn({4, 64, 8, 8}, generator_of(3));
  const double before = z.square().mean().item<double>();
  const double after = decoder.forward(z).square().mean().item<double>();
  EXPECT_GT(after / before, 0.2);  // The last layer is drawn for a linear output: about one half.
  EXPECT_LT(after / before, 2.0);
}

TEST(ConvEncoder, CentresTheFirstMapsOnTheMeanSample) {
  ConvEncoder encoder({.sample_shape = {1, 9, 9}, .channels = {4}, .latent = 2});
  encoder.initialise(generator_of(1));
  const auto mean = waves({1, 9, 9});
  encoder.centre_on(mean);
  const auto parameters = encoder.named_parameters();
  const auto maps =
      at::conv2d(mean.unsqueeze(0), parameters["features.0.weight"], parameters["features.0.bias"],
                 /*stride=*/2, /*padding=*/1);
  EXPECT_LT(maps.mean({0, 2, 3}).abs().max().item<double>(), 1e-5);
}

TEST(ConvDecoder, StartsFromTheMeanOfEachChannel) {
  ConvDecoder decoder({.sample_shape = {3, 4, 4}, .channels = {5}, .latent = 2});
  decoder.initialise(generator_of(1));
  const auto sample = waves({3, 4, 4});
  decoder.start_from(sample);
  const auto answer = decoder.forward(torch::zeros({1, 2}));
  const auto wanted = sample.mean({1, 2}, /*keepdim=*/true).expand({1, 3, 4, 4});
  EXPECT_TRUE(torch::allclose(answer, wanted));
}

TEST(ConvEncoder, DrawsEqualWeightsFromEqualSeedsOnly) {
  const auto weight_of = [](uint64_t seed) {
    ConvEncoder encoder({.sample_shape = {1, 5, 5}, .channels = {4}, .latent = 2});
    encoder.initialise(generator_of(seed));
    return encoder.named_parameters()["features.0.weight"].detach();
  };
  EXPECT_TRUE(torch::equal(weight_of(7), weight_of(7)));
  EXPECT_FALSE(torch::equal(weight_of(7), weight_of(8)));
}

}  // namespace
}  // namespace diabolo
