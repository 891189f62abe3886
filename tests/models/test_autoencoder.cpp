#include <ATen/Parallel.h>
#include <torch/optim/adam.h>
#include <torch/utils.h>

#include "models/autoencoder.hpp"
#include "models/layer.hpp"
#include "models/shape.hpp"
#include "tests/models/network.hpp"

namespace diabolo {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

AutoencoderOptions small_dense() {
  return {.hidden = {16}, .latent = 6, .sample_shape = {1, 6, 7}};
}

AutoencoderOptions small_conv(CodeShape code = CodeShape::kVector) {
  return {.arch = Architecture::kConv,
          .channels = {8, 12},
          .latent = 6,
          .code = code,
          .sample_shape = {1, 6, 7}};
}

/// A U-Net that tells the noise.
AutoencoderOptions small_skips() {
  AutoencoderOptions options = small_conv(CodeShape::kMap);
  options.output = Output::kLinear;
  options.blocks = 1;
  options.norm = Norm::kGroup;
  options.skip = true;
  options.residual = true;
  return options;
}

AutoencoderOptions small_blocks() {
  AutoencoderOptions options = small_conv(CodeShape::kMap);
  options.blocks = 1;
  return options;
}

std::vector<AutoencoderOptions> each_kind() {
  return {small_dense(), small_conv(), small_conv(CodeShape::kMap), small_blocks(), small_skips()};
}

TEST(Autoencoder, RefusesOptionsThatAreNotValid) {
  AutoencoderOptions options = small_dense();
  options.latent = 0;
  EXPECT_THAT([&] { Autoencoder network(options); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("latent")));
}

TEST(Autoencoder, ThatIsVariationalHasTheMeansForCodes) {
  for (AutoencoderOptions options :
       {small_dense(), small_conv(), small_conv(CodeShape::kMap), small_blocks()}) {
    options.variational = true;
    Autoencoder network(options);
    network->initialise(1, waves({1, 6, 7}));
    const auto x = waves({3, 1, 6, 7});
    const auto found = network->distribution(x);
    EXPECT_TRUE(torch::equal(network->encode(x), found.mean));
    EXPECT_EQ(found.log_variance.sizes(), found.mean.sizes());
    EXPECT_FALSE(torch::equal(found.log_variance, found.mean));
    EXPECT_TRUE(torch::equal(network->forward(x), network->decode(found.mean)));
    const auto layers = network->layers(ModelPart::kEncoder);
    EXPECT_EQ(layers.back().weight.size(0), 6);
    EXPECT_EQ(layers.back().bias.size(0), 6);
  }
  EXPECT_THROW(Autoencoder(small_dense())->distribution(waves({1, 1, 6, 7})), std::logic_error);
  AutoencoderOptions skips = small_skips();
  skips.variational = true;
  expect_refused(skips, "variational: what goes past the code by skip");
}

TEST(Autoencoder, GoesFromSamplesToCodesAndBack) {
  for (const auto& options : each_kind()) {
    Autoencoder network(options);
    for (const int64_t count : {1, 2}) {
      const auto x = waves({count, 1, 6, 7});
      const auto z = network->encode(x);
      EXPECT_EQ(z.numel(), count * values_in(options.code_shape()));
      if (!options.decodes_alone()) continue;
      EXPECT_EQ(network->decode(z).sizes(), x.sizes());
      EXPECT_TRUE(torch::allclose(network->forward(x), network->decode(z), 1e-5, 1e-6));
    }
    EXPECT_THROW(network->forward(waves({1, 1, 7, 7})), std::invalid_argument);
  }
}

TEST(Autoencoder, PutsTheOutputFunctionBehindTheLogits) {
  AutoencoderOptions options = small_dense();
  const auto z = waves({3, 6}).mul(40).sub(20);
  Autoencoder sigmoid(options);
  const auto samples = sigmoid->decode(z);
  EXPECT_TRUE(torch::equal(samples, torch::sigmoid(sigmoid->decode_logits(z))));
  options.output = Output::kLinear;
  Autoencoder linear(options);
  EXPECT_TRUE(torch::equal(linear->decode(z), linear->decode_logits(z)));
}

TEST(Autoencoder, ReachesEveryParameterWithAGradient) {
  for (const auto& options : each_kind()) {
    Autoencoder network(options);
    network->initialise(1, waves({1, 6, 7}));
    const auto x = waves({4, 1, 6, 7});
    at::mse_loss(network->forward(x), 1 - x).backward();
    expect_gradient_in_every_parameter(*network);
  }
}

TEST(Autoencoder, LearnsOneBatchByHeart) {
  at::set_num_threads(1);  // More cost more than they bring on so little work.
  for (const auto& options : each_kind()) {
    Autoencoder network(options);
    const auto x = waves({4, 1, 6, 7});
    network->initialise(1, x.mean(0));
    torch::optim::Adam optimizer(network->parameters(), torch::optim::AdamOptions(0.01));
    const double before = at::mse_loss(network->forward(x), x).item<double>();
    for (int step = 0; step < 400; ++step) {
      optimizer.zero_grad();
      at::mse_loss(network->forward(x), x).backward();
      optimizer.step();
    }
    EXPECT_LT(at::mse_loss(network->forward(x), x).item<double>(), before / 50);
  }
}

TEST(Autoencoder, AnswersTheMeanSampleWithItselfAtFirst) {
  const auto mean = waves({1, 6, 7});
  AutoencoderOptions options = small_dense();
  for (const Output output : {Output::kSigmoid, Output::kLinear}) {
    options.output = output;
    for (const auto& word : enum_words<Activation>()) {
      from_text(word, options.activation);
      Autoencoder network(options);
      network->initialise(5, mean);
      EXPECT_TRUE(torch::allclose(network->forward(mean.unsqueeze(0))[0], mean, 1e-4, 1e-5))
          << word;
    }
  }
}

TEST(Autoencoder, StartsWithFiniteLogitsWherePixelsAreAlwaysBlackOrWhite) {
  Autoencoder network(small_dense());
  network->initialise(5, torch::arange(42).remainder(2).to(torch::kFloat32).view({1, 6, 7}));
  const auto answer = network->decode(torch::zeros({1, 6}));
  EXPECT_NEAR(answer.min().item<double>(), 1e-3, 1e-6);
  EXPECT_NEAR(answer.max().item<double>(), 1 - 1e-3, 1e-6);
}

TEST(Autoencoder, StartsNoWorseThanAnsweringWithTheMeanTwice) {
  for (const auto& options : each_kind()) {
    const auto x = waves({32, 1, 6, 7});
    Autoencoder network(options);
    network->initialise(1, x.mean(0));
    const double variance = at::mse_loss(x.mean(0).expand_as(x), x).item<double>();
    EXPECT_LT(at::mse_loss(network->forward(x), x).item<double>(), 2 * variance);
  }
}

TEST(Autoencoder, HasEqualWeightsForEqualSeedsOnly) {
  for (const auto& options : each_kind()) {
    const auto weights_of = [&](uint64_t seed) {
      Autoencoder network(options);
      network->initialise(seed, waves({1, 6, 7}));
      std::vector<torch::Tensor> weights;
      for (const auto& parameter : network->parameters()) weights.push_back(parameter.flatten());
      return torch::cat(weights).detach();
    };
    EXPECT_TRUE(torch::equal(weights_of(1), weights_of(1)));
    EXPECT_FALSE(torch::equal(weights_of(1), weights_of(2)));
  }
}

TEST(Autoencoder, DrawsNoRandomNumberOfTheGlobalGenerator) {
  torch::manual_seed(1);
  const auto wanted = torch::rand({3});
  torch::manual_seed(1);
  Autoencoder network(small_dense());
  torch::manual_seed(1);
  network->initialise(9, waves({1, 6, 7}));
  EXPECT_TRUE(torch::equal(torch::rand({3}), wanted));
}

TEST(Autoencoder, DoesNotReadDecoderWeightsFromTheEncodersSeedAgain) {
  AutoencoderOptions options{.hidden = {}, .latent = 6, .sample_shape = {6}};
  Autoencoder network(options);
  network->initialise(1, waves({6}));
  const auto parameters = network->named_parameters();
  EXPECT_FALSE(
      torch::equal(parameters["encoder.layers.0.weight"], parameters["decoder.layers.0.weight"]));
}

}  // namespace
}  // namespace diabolo
