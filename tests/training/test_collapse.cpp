#include <gmock/gmock.h>

#include "lib/training/collapse.hpp"
#include "tests/training/tiny.hpp"

namespace diabolo {
namespace {

/// A code map that is to clean, with squared error, as those that became black.
Autoencoder cleaning_network(Output output = Output::kSigmoid) {
  return Autoencoder(AutoencoderOptions{.arch = Architecture::kConv,
                                        .channels = {8, 16},
                                        .latent = 8,
                                        .code = CodeShape::kMap,
                                        .output = output});
}

TrainerOptions cleaning(double learning_rate) {
  TrainerOptions options = tiny_training();
  options.optimizer = OptimizerKind::kAdam;
  options.weight_decay = 0;
  options.loss = Loss::kMse;
  options.learning_rate = learning_rate;
  options.shift = 0;
  return options;
}

TEST(FlatOutput, IsOneThatHardlyVariesWhereTheWantedDoes) {
  const auto wanted = torch::tensor({{0.0F, 1.0F}, {1.0F, 0.0F}, {0.5F, 0.5F}});
  EXPECT_FALSE(is_flat(wanted, wanted));
  EXPECT_TRUE(is_flat(torch::full({3, 2}, 0.5F), wanted));
  EXPECT_TRUE(is_flat(wanted * 0.009, wanted));
  EXPECT_FALSE(is_flat(wanted * 0.011, wanted));
  EXPECT_TRUE(is_flat(wanted.narrow(0, 0, 1).repeat({3, 1}), wanted)) << "one image for all";
}

TEST(FlatOutput, IsRightWhereAllSamplesAreEqual) {
  const auto equal = torch::full({4, 2}, 0.3F);
  EXPECT_FALSE(is_flat(equal, equal));
  EXPECT_FALSE(is_flat(equal.narrow(0, 0, 1), equal.narrow(0, 0, 1)));
}

TEST(FlatOutput, OfANetworkThatBecameBlackIsSeenAndAnotherStartTried) {
  Autoencoder network = cleaning_network();
  std::vector<std::string> restarts;
  const FitCallbacks callbacks{
      .on_step = {}, .on_epoch = {}, .on_restart = [&](const std::string& why) {
        restarts.push_back(why);
      }};
  TrainerOptions options = cleaning(2e-3);
  options.weight_decay = 0.05;  // Adam, unlike AdamW, lets it outweigh small gradients.
  options.seed = 1;
  const TrainReport report = fit(network, digits(512), digits(64), options, callbacks);
  EXPECT_TRUE(report.flat);
  EXPECT_EQ(restarts, std::vector<std::string>{std::string(kFlatOutput)});
  EXPECT_EQ(report.checkpoint.attempt, 1);
}

TEST(FlatOutput, DoesNotComeOfOurFirstWeights) {
  for (const Output output : {Output::kSigmoid, Output::kLinear}) {
    for (const int64_t seed : {1, 2, 3}) {
      Autoencoder network = cleaning_network(output);
      TrainerOptions options = cleaning(2e-3);
      options.seed = seed;
      const TrainReport report = fit(network, digits(512), digits(64), options);
      EXPECT_FALSE(report.flat) << to_text(output) << ", seed " << seed;
      EXPECT_EQ(report.checkpoint.attempt, 0);
      EXPECT_LT(report.epochs().back().validation_loss, report.epochs()[0].train_loss);
    }
  }
}

}  // namespace
}  // namespace diabolo
