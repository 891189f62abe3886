#include "models/autoencoder.hpp"
#include "models/conv_map.hpp"
#include "models/layer.hpp"
#include "tests/models/network.hpp"

namespace diabolo {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

ConvOptions levels(const Shape& sample, bool skip = true, Norm norm = Norm::kNone) {
  return {.sample_shape = sample,
          .channels = {4, 6, 5},
          .latent = 3,
          .code = CodeShape::kMap,
          .blocks = 1,
          .norm = norm,
          .skip = skip};
}

AutoencoderOptions whole(const Shape& sample, bool skip, bool residual) {
  return {.arch = Architecture::kConv,
          .channels = {4, 6, 5},
          .latent = 3,
          .code = CodeShape::kMap,
          .output = Output::kLinear,
          .blocks = 1,
          .skip = skip,
          .residual = residual,
          .sample_shape = sample};
}

TEST(MapOptions, NameWhatDoesNotGoTogether) {
  expect_refused(ConvOptions{.code = CodeShape::kMap, .blocks = -1}, "blocks: found -1");
  expect_refused(ConvOptions{.blocks = 1}, "blocks: goes with a code map");
  expect_refused(ConvOptions{.skip = true}, "skip: goes with a code map");
  expect_refused(ConvOptions{.code = CodeShape::kMap, .norm = Norm::kGroup}, "give --blocks 1");
  AutoencoderOptions options = whole({1, 8, 8}, true, true);
  EXPECT_NO_THROW(options.validate());
  options.output = Output::kSigmoid;
  expect_refused(options, "residual: a difference has no bounds; give --output linear");
  expect_refused(AutoencoderOptions{.residual = true}, "residual: goes with a code map");
  expect_refused(AutoencoderOptions{.blocks = 2}, "blocks: needs convolutions");
  expect_refused(AutoencoderOptions{.skip = true}, "skip: needs convolutions");
}

TEST(ConvMap, GivesSamplesOfEachSizeBack) {
  for (const Shape& sample : {Shape{1, 28, 28}, Shape{1, 27, 31}, Shape{3, 27, 30}, Shape{1, 1, 1},
                              Shape{3, 2, 5}, Shape{1, 6, 1}}) {
    for (const Norm norm : {Norm::kNone, Norm::kGroup}) {
      for (const bool skip : {false, true}) {
        const ConvOptions options = levels(sample, skip, norm);
        MapEncoder encoder(options);
        MapDecoder decoder(options);
        Shape batch = sample;
        batch.insert(batch.begin(), 2);
        const auto maps = encoder.maps(waves(batch));
        EXPECT_EQ(maps.size(), skip ? 3U : 1U);
        Shape code = options.code_shape();
        code.insert(code.begin(), 2);
        EXPECT_EQ(maps.back().sizes(), code);
        EXPECT_EQ(decoder.from_maps(maps).sizes(), batch);
      }
    }
  }
}

TEST(ConvMap, SaysWhatItsSkipsTakeFromTheCode) {
  MapDecoder decoder(levels({1, 8, 8}));
  EXPECT_THAT([&] { decoder.forward(waves({1, 3, 1, 1})); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("skips carry the image past it")));
  for (const bool skip : {false, true}) {
    Autoencoder network(whole({1, 8, 8}, skip, !skip));
    EXPECT_THROW(network->decode(waves({1, 3, 1, 1})), std::invalid_argument);
    EXPECT_THROW(network->layers(ModelPart::kDecoder), std::invalid_argument);
    EXPECT_NO_THROW(network->encode(waves({1, 1, 8, 8})));
  }
}

TEST(ConvMap, AddsWhatASkipCarriesToTheMapOfItsLevel) {
  MapEncoder encoder(levels({1, 12, 12}));
  MapDecoder decoder(levels({1, 12, 12}));
  encoder.initialise(generator_of(1));
  decoder.initialise(generator_of(2));
  auto maps = encoder.maps(waves({1, 1, 12, 12}));
  ASSERT_EQ(maps.size(), 3U);
  EXPECT_EQ(maps[0].sizes(), (Shape{1, 4, 6, 6}));
  EXPECT_EQ(maps[1].sizes(), (Shape{1, 6, 3, 3}));
  const auto before = decoder.from_maps(maps);
  for (const size_t level : {size_t{0}, size_t{1}}) {
    auto changed = maps;
    changed[level] = maps[level] + 1;
    EXPECT_GT((decoder.from_maps(changed) - before).abs().max().item<double>(), 1e-3) << level;
  }
}

TEST(ConvMap, WithAResidualOutputGivesItsInputLessWhatItDecodes) {
  Autoencoder network(whole({1, 9, 7}, true, true));
  network->initialise(1, torch::full({1, 9, 7}, 0.3F));
  const auto x = waves({3, 1, 9, 7});
  // Its last layer starts small, so it starts close to giving back what it gets.
  const double start = (network->forward(x) - x).abs().max().item<double>();
  EXPECT_LT(start, 0.5);
  EXPECT_GT(start, 0.0);
  const torch::NoGradGuard no_grad;
  for (auto& parameter : network->parameters()) parameter.zero_();
  EXPECT_TRUE(torch::equal(network->forward(x), x));
}

TEST(ResidualBlock, StartsCloseToDoingNothing) {
  ResidualBlock block(8, Norm::kGroup, Activation::kSilu);
  block->initialise(generator_of(3));
  const auto x = torch::randn({2, 8, 10, 10}, generator_of(4));
  const double change = (block->forward(x) - x).square().mean().item<double>();
  EXPECT_GT(change, 1e-4);
  EXPECT_LT(change, 0.1 * x.square().mean().item<double>());
}

TEST(ResidualBlock, ComputesWhatIsWorkedOutByHand) {
  // One channel, centre taps alone: relu(2 relu(x) + 1), times 3, added to x.
  ResidualBlock block(1, Norm::kNone, Activation::kRelu);
  const torch::NoGradGuard no_grad;
  auto parameters = block->named_parameters();
  for (const char* name : {"first.weight", "second.weight"}) parameters[name].zero_();
  parameters["first.weight"][0][0][1][1] = 2;
  parameters["first.bias"].fill_(1);
  parameters["second.weight"][0][0][1][1] = 3;
  parameters["second.bias"].fill_(0);
  const auto x = torch::tensor({-2.0F, 0.0F, 1.0F}).view({1, 1, 1, 3});
  EXPECT_TRUE(
      torch::equal(block->forward(x), torch::tensor({1.0F, 3.0F, 10.0F}).view({1, 1, 1, 3})));
}

}  // namespace
}  // namespace diabolo
