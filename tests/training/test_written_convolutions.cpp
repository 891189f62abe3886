#include <torch/utils.h>

#include "models/shape.hpp"
#include "tests/training/against_autograd.hpp"

namespace diabolo {
namespace {

struct ConvCase {
  std::vector<int64_t> shape;
  CodeShape code = CodeShape::kVector;
  Loss loss = Loss::kMse;
  Output output = Output::kSigmoid;
  Activation activation = Activation::kSilu;
};

Autoencoder conv_network_of(const ConvCase& wanted) {
  Autoencoder network(AutoencoderOptions{.arch = Architecture::kConv,
                                         .channels = {5, 3},
                                         .latent = 4,
                                         .code = wanted.code,
                                         .activation = wanted.activation,
                                         .output = wanted.output,
                                         .sample_shape = wanted.shape});
  auto shape = wanted.shape;
  shape.insert(shape.begin(), 1);
  network->initialise(7, torch::full(shape, 0.4));
  return network;
}

Batch images_of(std::vector<int64_t> shape, int64_t count) {
  shape.insert(shape.begin(), count);
  const auto wave = torch::arange(values_in(shape), torch::kFloat32).view(shape);
  return {.input = (wave * 0.9).sin(), .target = (wave * 1.7).cos() * 0.5 + 0.5};
}

// Odd and even heights and widths, several channels; a whole batch, a smaller one, a whole one.
TEST(WrittenConvolutions, GiveTheGradientsOfAutograd) {
  const ThreadScope two(2);
  std::vector<ConvCase> cases{
      {.shape = {1, 8, 8}, .code = CodeShape::kMap},
      {.shape = {3, 7, 10}, .loss = Loss::kBce},
      {.shape = {3, 5, 9}, .code = CodeShape::kMap, .output = Output::kLinear},
      {.shape = {2, 1, 6}, .loss = Loss::kHuber}};
  for (const auto& [activation, name] : kEnumNames<Activation>)
    cases.push_back({.shape = {1, 8, 8}, .activation = activation});
  for (const ConvCase& wanted : cases) {
    SCOPED_TRACE(shape_text(wanted.shape) + " " + to_text(wanted.code) + " " +
                 to_text(wanted.activation));
    Autoencoder network = conv_network_of(wanted);
    // All windows at once, those of some samples, and of one at a time.
    for (const int64_t most_windows : {1 << 24, 2000, 1}) {
      WrittenStep step(network, wanted.loss, Precision::kFp32, most_windows);
      for (const int64_t count : {6, 1, 6}) {
        Autoencoder reference = conv_network_of(wanted);
        const Batch batch = images_of(wanted.shape, count);
        const double loss = loss_by_autograd(reference, wanted.loss, batch);
        EXPECT_NEAR(step.run(batch.input, batch.target), loss, 1e-6 * (1 + loss)) << count;
        expect_equal_gradients(network, reference);
      }
    }
  }
}

TEST(WrittenConvolutions, RefuseImagesOfAnotherSize) {
  Autoencoder network = conv_network_of({.shape = {1, 8, 6}});
  WrittenStep step(network, Loss::kMse, Precision::kFp32);
  const auto turned = torch::zeros({2, 1, 6, 8});
  EXPECT_THROW(step.run(turned, turned), c10::Error);
}

TEST(WrittenConvolutions, GiveTheGradientsOfFloat32InBfloat16WithinItsDigits) {
  const ThreadScope one(1);
  for (const Loss loss : {Loss::kBce, Loss::kMse, Loss::kHuber}) {  // That of L1 jumps.
    SCOPED_TRACE(to_text(loss));
    const ConvCase wanted{.shape = {3, 7, 10}, .loss = loss};
    expect_close_in_bfloat16(conv_network_of(wanted), conv_network_of(wanted), loss,
                             images_of(wanted.shape, 8));
  }
}

TEST(WrittenConvolutions, LeaveANetworkThatAutogradCanTrain) {
  const ConvCase wanted{.shape = {3, 7, 10}};
  expect_left_to_autograd(conv_network_of(wanted), conv_network_of(wanted),
                          images_of(wanted.shape, 4));
}

}  // namespace
}  // namespace diabolo
