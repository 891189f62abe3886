#include "models/dense.hpp"
#include "tests/models/network.hpp"

namespace diabolo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(DenseOptions, AreValidByDefaultAndNameEachBadField) {
  EXPECT_NO_THROW(DenseOptions{}.validate());
  EXPECT_NO_THROW(DenseOptions{.hidden = {}}.validate());
  expect_refused(DenseOptions{.sample_shape = {1, 0, 28}}, "sample_shape: found 1,0,28");
  expect_refused(DenseOptions{.hidden = {512, -1}}, "hidden: found 512,-1");
  expect_refused(DenseOptions{.latent = 0}, "latent: found 0");
  EXPECT_THROW(DenseEncoder(DenseOptions{.latent = 0}), std::invalid_argument);
  EXPECT_THROW(DenseDecoder(DenseOptions{.latent = 0}), std::invalid_argument);
}

TEST(DenseEncoder, GivesACodePerSampleOfAnyShape) {
  for (const Shape& sample : {Shape{1, 28, 28}, Shape{3, 5, 7}, Shape{9}}) {
    DenseEncoder encoder({.sample_shape = sample, .hidden = {6}, .latent = 4});
    for (const int64_t count : {1, 2, 5}) {
      Shape batch = sample;
      batch.insert(batch.begin(), count);
      EXPECT_EQ(encoder.forward(waves(batch)).sizes(), (Shape{count, 4}));
    }
  }
}

TEST(DenseEncoder, RefusesASampleOfAnotherLength) {
  DenseEncoder encoder({.sample_shape = {1, 4, 4}, .hidden = {}, .latent = 2});
  EXPECT_THAT([&] { encoder.forward(waves({2, 1, 4, 5})); },
              ThrowsMessage<std::invalid_argument>(
                  AllOf(HasSubstr("sample has 16 values"), HasSubstr("[2 x 1 x 4 x 5]"))));
  EXPECT_THROW(encoder.forward(waves({16})), std::invalid_argument);
}

TEST(DenseDecoder, GivesSamplesOfItsShape) {
  DenseDecoder decoder({.sample_shape = {3, 5, 7}, .hidden = {6}, .latent = 4});
  EXPECT_EQ(decoder.forward(waves({1, 4})).sizes(), (Shape{1, 3, 5, 7}));
  EXPECT_EQ(decoder.forward(waves({2, 4})).sizes(), (Shape{2, 3, 5, 7}));
}

TEST(DenseDecoder, RefusesACodeOfAnotherLength) {
  DenseDecoder decoder({.sample_shape = {4}, .hidden = {}, .latent = 2});
  EXPECT_THAT([&] { decoder.forward(waves({1, 3})); },
              ThrowsMessage<std::invalid_argument>(
                  AllOf(HasSubstr("code has 2 values"), HasSubstr("[1 x 3]"))));
}

TEST(DenseEncoder, ComputesWhatIsWorkedOutByHand) {
  DenseEncoder encoder(
      {.sample_shape = {2}, .hidden = {2}, .latent = 1, .activation = Activation::kRelu});
  fill(encoder, "layers.0.weight", torch::tensor({{1.0F, 2.0F}, {-1.0F, 1.0F}}));
  fill(encoder, "layers.0.bias", torch::tensor({0.5F, -2.0F}));
  fill(encoder, "layers.2.weight", torch::tensor({{3.0F, -4.0F}}));
  fill(encoder, "layers.2.bias", torch::tensor({0.25F}));
  // (1, 2): hidden relu(5.5, -1) = (5.5, 0), code 16.75. (-2, 1): relu(0.5, 1) = both, code -2.25.
  const auto codes = encoder.forward(torch::tensor({{1.0F, 2.0F}, {-2.0F, 1.0F}}));
  EXPECT_TRUE(torch::equal(codes, torch::tensor({{16.75F}, {-2.25F}})));
}

TEST(DenseDecoder, MirrorsTheEncoder) {
  const DenseOptions options{.sample_shape = {1, 3, 3}, .hidden = {7, 5}, .latent = 2};
  DenseDecoder decoder(options);
  const auto parameters = decoder.named_parameters();
  EXPECT_EQ(parameters["layers.0.weight"].sizes(), (Shape{5, 2}));
  EXPECT_EQ(parameters["layers.2.weight"].sizes(), (Shape{7, 5}));
  EXPECT_EQ(parameters["layers.4.weight"].sizes(), (Shape{9, 7}));
  EXPECT_EQ(parameters.size(), 6U);
}

TEST(DenseEncoder, DrawsHeNormalWeightsAndAGlorotNormalCode) {
  DenseEncoder encoder({.sample_shape = {400}, .hidden = {300, 200}, .latent = 100});
  encoder.initialise(generator_of(1));
  const auto parameters = encoder.named_parameters();
  expect_spread(parameters["layers.0.weight"], std::sqrt(2.0 / 400));
  expect_spread(parameters["layers.2.weight"], std::sqrt(2.0 / 300));
  expect_spread(parameters["layers.4.weight"], std::sqrt(2.0 / (200 + 100)));
  for (const char* bias : {"layers.0.bias", "layers.2.bias", "layers.4.bias"}) {
    EXPECT_EQ(parameters[bias].abs().max().item<float>(), 0.0F) << bias;
  }
}

TEST(DenseDecoder, DrawsHeNormalWeightsAndAGlorotNormalOutput) {
  DenseDecoder decoder({.sample_shape = {400}, .hidden = {300}, .latent = 100});
  decoder.initialise(generator_of(1));
  const auto parameters = decoder.named_parameters();
  expect_spread(parameters["layers.0.weight"], std::sqrt(2.0 / 100));
  expect_spread(parameters["layers.2.weight"], std::sqrt(2.0 / (300 + 400)));
}

TEST(DenseEncoder, DrawsEqualWeightsFromEqualSeedsOnly) {
  DenseEncoder a({.sample_shape = {8}, .hidden = {5}, .latent = 2});
  DenseEncoder b({.sample_shape = {8}, .hidden = {5}, .latent = 2});
  a.initialise(generator_of(7));
  b.initialise(generator_of(7));
  const auto weights_of = [](DenseEncoder& encoder) {
    return encoder.named_parameters()["layers.0.weight"];
  };
  EXPECT_TRUE(torch::equal(weights_of(a), weights_of(b)));
  b.initialise(generator_of(8));
  EXPECT_FALSE(torch::equal(weights_of(a), weights_of(b)));
}

TEST(DenseEncoder, CentredOnASampleGivesItACodeOfZero) {
  for (const Shape& hidden : {Shape{}, Shape{5}, Shape{6, 5}}) {
    DenseEncoder encoder({.sample_shape = {1, 4, 4}, .hidden = hidden, .latent = 3});
    encoder.initialise(generator_of(3));
    const auto mean = waves({1, 4, 4});
    encoder.centre_on(mean);
    EXPECT_LT(encoder.forward(mean.unsqueeze(0)).abs().max().item<double>(), 1e-5);
    EXPECT_GT(encoder.forward(1 - mean.unsqueeze(0)).abs().max().item<double>(), 1e-3);
  }
}

TEST(DenseDecoder, StartsFromAGivenSampleForACodeOfZero) {
  DenseDecoder decoder({.sample_shape = {1, 4, 4}, .hidden = {5}, .latent = 3});
  decoder.initialise(generator_of(3));
  const auto sample = waves({1, 4, 4});
  decoder.start_from(sample);
  const auto answer = decoder.forward(torch::zeros({2, 3}));
  EXPECT_TRUE(torch::allclose(answer, sample.expand({2, 1, 4, 4})));
}

}  // namespace
}  // namespace diabolo
