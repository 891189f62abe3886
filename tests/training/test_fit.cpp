#include <gmock/gmock.h>

#include <algorithm>

#include "lib/training/batches.hpp"
#include "tests/training/tiny.hpp"

namespace diabolo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(Fit, MakesTheLossFallForEachLossAndArchitecture) {
  for (const Architecture arch : {Architecture::kDense, Architecture::kConv}) {
    for (const Loss loss : {Loss::kBce, Loss::kMse, Loss::kHuber, Loss::kL1}) {
      const Output output = loss == Loss::kHuber ? Output::kLinear : Output::kSigmoid;
      SCOPED_TRACE(to_text(arch) + " " + to_text(loss));
      Autoencoder network = tiny_network(arch, output);
      TrainerOptions options = tiny_training();
      options.noise = {};
      options.batch_size = 32;
      options.loss = loss;
      const auto report = fit(network, digits(256), digits(100), options);
      EXPECT_EQ(report.stopped, Stopped::kFinished);
      ASSERT_EQ(report.epochs().size(), 3U);
      EXPECT_LT(report.epochs().back().train_loss, report.epochs().front().train_loss);
      EXPECT_LT(report.epochs().back().validation_loss, report.epochs().front().validation_loss);
      EXPECT_FALSE(network->is_training());
    }
  }
}

TEST(Fit, LearnsAFewSamplesByHeart) {
  Autoencoder network(AutoencoderOptions{.hidden = {64}, .latent = 16});
  TrainerOptions options = tiny_training();
  options.noise = {};
  options.shift = 0;
  options.epochs = 300;
  options.weight_decay = 0;
  const auto report = fit(network, digits(8), digits(8), options);
  EXPECT_LT(report.epochs().back().validation_mse, 1e-3);
}

TEST(Fit, GivesEqualWeightsForEqualSeedsOnly) {
  const auto fitted = [](int64_t seed) {
    Autoencoder network = tiny_network();
    TrainerOptions options = tiny_training();
    options.seed = seed;
    torch::manual_seed(static_cast<uint64_t>(at::randint(1 << 30, {}).item<int64_t>()));
    const auto report = fit(network, digits(256), digits(64), options);
    return std::pair(weights_of(network), report.epochs());
  };
  const auto [weights, history] = fitted(5);
  const auto [again, history_again] = fitted(5);
  EXPECT_TRUE(torch::equal(weights, again));
  expect_equal_history(history, history_again);
  EXPECT_FALSE(torch::equal(weights, fitted(6).first));
}

TEST(Fit, ReportsMeansOverSamplesNotOverBatches) {
  TrainerOptions options = tiny_training();
  options.epochs = 1;
  options.shift = 0;
  options.noise = {};
  options.learning_rate = 1e-30;  // So that one set of weights has all the losses.
  Autoencoder network = tiny_network();
  const Dataset train = digits(70);  // 64 + 6.
  const auto report = fit(network, train, digits(100), options);
  const auto loss_on = [&](const Dataset& dataset) {
    const auto x = to_unit(dataset.samples);
    const auto logits = network->decode_logits(network->encode(x));
    return loss_of(options.loss, Output::kSigmoid, logits, x).item<double>();
  };
  EXPECT_NEAR(report.epochs()[0].train_loss, loss_on(train), 1e-6);
  EXPECT_NEAR(report.epochs()[0].validation_loss, loss_on(digits(100)), 1e-6);
  const auto x = to_unit(digits(100).samples);
  EXPECT_NEAR(report.epochs()[0].validation_mse.value(),
              at::mse_loss(network->forward(x), x).item<double>(), 1e-7);
}

TEST(Fit, ReportsTheTrainingLossWhereThereIsNoValidation) {
  Autoencoder network = tiny_network();
  const auto report = fit(network, digits(128), Dataset{}, tiny_training());
  for (const auto& epoch : report.epochs()) {
    EXPECT_EQ(epoch.validation_loss, epoch.train_loss);
    EXPECT_FALSE(epoch.validation_mse);
  }
}

TEST(Fit, JudgesTheWeightsThatItKeepsWhereAnEpochIsOneStep) {
  TrainerOptions options = tiny_training();
  options.noise = {};
  options.shift = 0;
  options.epochs = 30;
  options.learning_rate = 0.3;  // So that a step changes the loss much.
  options.schedule = Schedule::kConstant;
  options.restarts = 0;
  Autoencoder network = tiny_network();
  const Dataset train = digits(32);
  const auto loss_now = [&] {
    const torch::NoGradGuard no_grad;
    const auto x = to_unit(train.samples);
    const auto logits = network->decode_logits(network->encode(x));
    return loss_of(options.loss, Output::kSigmoid, logits, x).item<double>();
  };
  std::vector<double> losses;
  FitCallbacks callbacks;
  callbacks.on_epoch = [&](const EpochReport& report, const Checkpoint&) {
    losses.push_back(loss_now());
    EXPECT_NEAR(report.validation_loss, losses.back(), 1e-5 * losses.back());
    EXPECT_FALSE(report.validation_mse);
    return Next::kContinue;
  };
  const auto report = fit(network, train, Dataset{}, options, callbacks);
  EXPECT_EQ(report.epochs().size(), losses.size());
  EXPECT_NEAR(loss_now(), std::ranges::min(losses), 1e-6);
}

TEST(Fit, CallsBackAtEachStepAndEpoch) {
  std::vector<StepReport> steps;
  std::vector<int64_t> epochs;
  Autoencoder network = tiny_network();
  const TrainerOptions options = tiny_training();
  FitCallbacks callbacks;
  callbacks.on_step = [&](const StepReport& report) {
    steps.push_back(report);
    return Next::kContinue;
  };
  callbacks.on_epoch = [&](const EpochReport& report, const Checkpoint& checkpoint) {
    epochs.push_back(report.epoch);
    EXPECT_EQ(checkpoint.epoch, report.epoch);
    EXPECT_EQ(checkpoint.step, 0);
    // The network has the weights that the checkpoint tells of.
    const auto& bias = checkpoint.tensors.at("model.decoder.layers.2.bias");
    EXPECT_TRUE(torch::equal(bias, network->named_parameters()["decoder.layers.2.bias"]));
    return Next::kContinue;
  };
  const auto report = fit(network, digits(200), digits(64), options, callbacks);
  EXPECT_EQ(epochs, (std::vector<int64_t>{1, 2, 3}));
  ASSERT_EQ(steps.size(), 12U);
  EXPECT_EQ(steps[5].epoch, 2);
  EXPECT_EQ(steps[5].step, 2);
  EXPECT_EQ(steps[5].steps, 4);
  EXPECT_NEAR(steps[7].loss, report.epochs()[1].train_loss, 1e-9);
  EXPECT_NEAR(steps[11].seconds_left, 0.0, 1e-9);
  EXPECT_GT(steps[5].seconds_left, 0.0);
  const double last = schedule_factor(options.schedule, options.warmup, 11, 12);
  EXPECT_DOUBLE_EQ(report.epochs()[2].learning_rate, *options.learning_rate * last);
}

TEST(Fit, KeepsTheWeightsThatWereBestOnValidation) {
  Autoencoder network = tiny_network();
  torch::Tensor first;
  FitCallbacks callbacks;
  callbacks.on_epoch = [&](const EpochReport& report, const Checkpoint&) {
    if (report.epoch == 1) first = weights_of(network).clone();
    return Next::kContinue;
  };
  const auto report = fit(network, digits(256), inverted(digits(64)), tiny_training(), callbacks);
  EXPECT_EQ(report.checkpoint.best_epoch, 1);
  EXPECT_GT(report.epochs().back().validation_loss, report.epochs().front().validation_loss);
  EXPECT_TRUE(torch::equal(weights_of(network), first));
  // What is saved to go on from is the last step all the same.
  const auto& last = report.checkpoint.tensors.at("model.encoder.layers.0.bias");
  EXPECT_FALSE(torch::equal(last, network->named_parameters()["encoder.layers.0.bias"]));
}

TEST(Fit, KeepsABetterEpochWhenAHugeLearningRateSpoilsTheNext) {
  TrainerOptions options = tiny_training();
  options.epochs = 6;
  options.learning_rate = 0.1;  // Ends at the mean image.
  options.loss = Loss::kMse;
  options.schedule = Schedule::kConstant;
  options.warmup = 0.5;
  options.restarts = 0;
  Autoencoder network = tiny_network();
  const auto report = fit(network, digits(256), digits(64), options);
  double least = report.epochs()[0].validation_loss;
  for (const auto& epoch : report.epochs()) least = std::min(least, epoch.validation_loss);
  ASSERT_LT(least, report.epochs().back().validation_loss);
  const Dataset validation = digits(64);
  const Batch batch = Batches(validation, options, torch::kCPU).plain(0, 64);
  EXPECT_NEAR(at::mse_loss(network->forward(batch.input), batch.target).item<double>(), least,
              1e-6);
}

TEST(Fit, StopsWhenItsPatienceIsOver) {
  TrainerOptions options = tiny_training();
  options.epochs = 20;
  options.patience = 2;
  Autoencoder network = tiny_network();
  const auto report = fit(network, digits(256), inverted(digits(64)), options);
  EXPECT_EQ(report.stopped, Stopped::kPatience);
  EXPECT_EQ(report.epochs().size(), 3U);
  EXPECT_TRUE(report.epochs()[0].best);
  EXPECT_FALSE(report.epochs()[1].best);
}

TEST(Fit, NamesEpochAndStepAndAWayOutWhenItDiverges) {
  TrainerOptions options = tiny_training();
  options.learning_rate = 1e30;
  Autoencoder network = tiny_network();
  EXPECT_THAT(
      [&] { fit(network, digits(256), digits(64), options); },
      ThrowsMessage<Diverged>(AllOf(HasSubstr("in epoch 1, step 2"), HasSubstr("the loss became"),
                                    HasSubstr("--learning-rate 2.5e+29"))));
}

TEST(Fit, NoticesThatTheLastStepOfAnEpochMadeItDiverge) {
  TrainerOptions options = tiny_training();
  options.learning_rate = 1e30;
  options.epochs = 1;
  options.batch_size = 256;  // One step: its loss is finite, what it leaves is not.
  Autoencoder network = tiny_network();
  EXPECT_THROW(fit(network, digits(256), digits(64), options), Diverged);
}

TEST(Fit, RefusesDataAndOptionsThatDoNotFit) {
  const auto expect = [](Autoencoder network, const Dataset& train, const TrainerOptions& options,
                         const std::string& part) {
    EXPECT_THAT([&] { fit(network, train, Dataset{}, options); },
                ThrowsMessage<std::invalid_argument>(HasSubstr(part)));
  };
  expect(tiny_network(), Dataset{}, tiny_training(), "");
  expect(tiny_network(), digits(0), tiny_training(), "no samples");
  expect(tiny_network(Architecture::kDense, Output::kLinear), digits(8), tiny_training(), "bce");
  Autoencoder other(AutoencoderOptions{.sample_shape = {1, 14, 14}});
  expect(other, digits(8), tiny_training(), "shape");
  TrainerOptions options = tiny_training();
  options.epochs = 0;
  expect(tiny_network(), digits(8), options, "epochs");
}

TEST(Fit, IsNearlyAsGoodInBfloat16) {
  const auto fitted = [](Precision precision) {
    Autoencoder network = tiny_network();
    TrainerOptions options = tiny_training();
    options.precision = precision;
    const auto report = fit(network, digits(256), digits(100), options);
    return std::pair(weights_of(network), report.epochs().back().validation_mse.value());
  };
  const auto [exact, exact_mse] = fitted(Precision::kFp32);
  const auto [rough, rough_mse] = fitted(Precision::kBf16);
  EXPECT_NEAR(rough_mse / exact_mse, 1.0, 0.05);
  EXPECT_EQ(rough.scalar_type(), torch::kFloat32);
  EXPECT_FALSE(torch::equal(exact, rough));
}

}  // namespace
}  // namespace diabolo
