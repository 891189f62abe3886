#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/training/code_units.hpp"
#include "lib/training/fit.hpp"
#include "lib/training/pace.hpp"
#include "lib/training/schedule.hpp"

namespace diabolo {
namespace {

torch::Tensor waves(int64_t count) {
  const auto t = torch::arange(count, torch::kFloat32);
  return torch::stack({(t * 0.7).sin(), (t * 1.3).cos()}, 1);
}

TEST(CodeUnits, AreAllWellWhenEachCarriesItsOwn) {
  const CodeUnits found = count_code_units(waves(50));
  EXPECT_EQ(found, (CodeUnits{.units = 2, .constant = 0, .duplicate = 0}));
  EXPECT_FALSE(found.collapsed());
  EXPECT_EQ(to_sentence(found), "");
}

TEST(CodeUnits, FindConstantOnesAndRepetitions) {
  const auto good = waves(50);
  const auto codes =
      torch::cat({good, torch::full({50, 1}, 3.0F), -2 * good.narrow(1, 0, 1) + 5}, 1);
  const CodeUnits found = count_code_units(codes);
  EXPECT_EQ(found, (CodeUnits{.units = 4, .constant = 1, .duplicate = 1}));
  EXPECT_TRUE(found.collapsed());  // Half of them.
  EXPECT_EQ(to_sentence(found), "1 of 4 code units is constant, 1 repeats another");
}

TEST(CodeUnits, CollapseWhenAllAreConstant) {
  const CodeUnits found = count_code_units(torch::full({20, 2}, 0.25F));
  EXPECT_EQ(found.constant, 2);
  EXPECT_TRUE(found.collapsed());
}

/// Steps that change nothing.
TrainerOptions idle() {
  TrainerOptions options = TrainerOptions::for_tables(/*rows=*/100);
  options.epochs = 5;
  options.batch_size = 64;
  options.optimizer = OptimizerKind::kSgd;
  options.learning_rate = 1e-12;
  options.noise = {};
  options.threads = 1;
  return options;
}

TEST(Restart, HappensOnceForACodeThatCollapsed) {
  Dataset data;
  data.samples = torch::cat({waves(64), torch::zeros({64, 1})}, 1);
  AutoencoderOptions shape = AutoencoderOptions::for_tables(/*rows=*/100);
  shape.hidden = {};
  shape.sample_shape = {3};
  shape.latent = 2;
  Autoencoder model(shape);
  data.samples.fill_(1.0F);  // Nothing varies, so no code can.
  int restarts = 0;
  FitCallbacks callbacks;
  callbacks.on_restart = [&](const std::string& why) {
    ++restarts;
    EXPECT_EQ(why, "2 of 2 code units are constant");
  };
  TrainerOptions options = idle();
  const TrainReport once = fit(model, data, {}, options, callbacks);
  EXPECT_EQ(restarts, 1);
  EXPECT_EQ(once.checkpoint.attempt, 1);
  EXPECT_EQ(once.epochs().size(), 5U);
  options.restarts = 0;
  EXPECT_EQ(fit(model, data, {}, options, callbacks).checkpoint.attempt, 0);
  EXPECT_EQ(restarts, 1);
}

TEST(Plateau, HalvesTheRateWhenTheLossStandsStillAndThenStops) {
  Plateau plateau(/*steps_per_epoch=*/50);  // Windows of two epochs.
  for (const double loss : {1.0, 1.0, 0.5, 0.5}) plateau.add(loss);
  EXPECT_EQ(plateau.factor(), 1.0);
  plateau.add(0.5);
  EXPECT_EQ(plateau.factor(), 1.0);  // Half a window.
  plateau.add(0.499);
  EXPECT_EQ(plateau.factor(), 0.5);
  for (int64_t i = 1; i < Plateau::kHalvings; ++i) {
    EXPECT_FALSE(plateau.stands_still());
    plateau.add(0.5);
    plateau.add(0.5);
  }
  EXPECT_TRUE(plateau.stands_still());
}

TEST(Plateau, TakesTheGainThatItIsGivenForStandingStill) {
  for (const auto& [least_gain, factor] : {std::pair{0.01, 0.5}, std::pair{1e-4, 1.0}}) {
    Plateau plateau(100, least_gain);
    plateau.add(1.0);
    plateau.add(0.995);
    EXPECT_EQ(plateau.factor(), factor) << least_gain;
  }
}

TEST(Pace, GivesALinearNetworkMoreTimeToComeToPca) {
  TrainerOptions options;
  options.epochs.reset();
  options.schedule = Schedule::kPlateau;
  options.learning_rate = 1.0;
  Pace bent(options, /*steps=*/100);
  Pace linear(options, /*steps=*/100, /*linear=*/true);
  for (const double loss : {1.0, 0.995}) {
    bent.add(loss);
    linear.add(loss);
  }
  EXPECT_EQ(bent.learning_rate(5000), 0.5);
  EXPECT_EQ(linear.learning_rate(5000), 1.0);
}

TEST(Plateau, LetsTheRateBeWhileTheLossFalls) {
  Plateau plateau(1000);
  for (double loss = 1; loss > 1e-3; loss *= 0.98) plateau.add(loss);
  EXPECT_EQ(plateau.factor(), 1.0);
}

}  // namespace
}  // namespace diabolo
