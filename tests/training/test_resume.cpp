#include <gmock/gmock.h>

#include "lib/formats/file.hpp"
#include "lib/training/checkpoint.hpp"
#include "lib/training/tensor_file.hpp"
#include "tests/formats/temporary_folder.hpp"
#include "tests/training/tiny.hpp"

namespace diabolo {
namespace {

using formats::TemporaryFolder;
using testing::HasSubstr;
using testing::ThrowsMessage;

struct Fitted {
  torch::Tensor weights;
  TrainReport report;
};

/// A run on 256 digits that stops after `stop` steps, as Ctrl-C does; 0 for never.
Fitted run(const TrainerOptions& options, const Dataset& validation, int64_t stop = 0,
           const Checkpoint* from = nullptr, Architecture arch = Architecture::kDense) {
  int64_t done = 0;
  const auto next = [&] { return stop > 0 && done >= stop ? Next::kStop : Next::kContinue; };
  FitCallbacks callbacks;
  callbacks.on_step = [&](const StepReport&) {
    ++done;
    return next();
  };
  callbacks.on_epoch = [&](const EpochReport&, const Checkpoint&) { return next(); };
  Autoencoder network = tiny_network(arch);
  const TrainReport report = fit(network, digits(256), validation, options, callbacks, from);
  return {weights_of(network), report};
}

Checkpoint through_a_file(const Checkpoint& checkpoint) {
  const TemporaryFolder folder;
  save_checkpoint(checkpoint, "hash", folder / "checkpoint.safetensors");
  const LoadedCheckpoint loaded = load_checkpoint(folder / "checkpoint.safetensors");
  EXPECT_EQ(loaded.data_hash, "hash");
  return loaded.checkpoint;
}

void expect_same_after_a_stop(const TrainerOptions& options, const Dataset& validation,
                              std::initializer_list<int64_t> stops,
                              Architecture arch = Architecture::kDense) {
  const Fitted whole = run(options, validation, 0, nullptr, arch);
  for (const int64_t stop : stops) {
    const Fitted first = run(options, validation, stop, nullptr, arch);
    ASSERT_EQ(first.report.stopped, Stopped::kInterrupted) << stop;
    ASSERT_EQ(first.report.checkpoint.epoch * 4 + first.report.checkpoint.step, stop);
    const Checkpoint read = through_a_file(first.report.checkpoint);
    for (const Checkpoint* from : {&first.report.checkpoint, &read}) {
      const Fitted second = run(options, validation, 0, from, arch);
      EXPECT_TRUE(torch::equal(second.weights, whole.weights)) << "stopped after " << stop;
      EXPECT_EQ(second.report.stopped, whole.report.stopped);
      EXPECT_EQ(second.report.checkpoint.best_epoch, whole.report.checkpoint.best_epoch);
      expect_equal_history(second.report.epochs(), whole.report.epochs());
    }
  }
}

TEST(Resume, GoesOnToTheBitFromAnyStep) {
  expect_same_after_a_stop(tiny_training(), digits(64), {1, 3, 4, 6, 8, 11});
}

TEST(Resume, KeepsTheBestWeightsFromBeforeTheStop) {
  expect_same_after_a_stop(tiny_training(), inverted(digits(64)), {4, 5, 8, 9});
}

TEST(Resume, GoesOnToTheBitWithEachOptimizer) {
  for (const auto kind : {OptimizerKind::kAdam, OptimizerKind::kSgd, OptimizerKind::kMuon}) {
    TrainerOptions options = tiny_training();
    options.optimizer = kind;
    expect_same_after_a_stop(options, digits(64), {5});
  }
}

TEST(Resume, GoesOnToTheBitWithConvolutions) {
  expect_same_after_a_stop(tiny_training(), digits(64), {6}, Architecture::kConv);
}

TEST(Resume, GoesOnToTheBitWithoutValidation) {
  expect_same_after_a_stop(tiny_training(), Dataset{}, {3, 8});
}

TEST(Resume, GoesOnAfterASecondStop) {
  const Fitted whole = run(tiny_training(), digits(64));
  const Fitted first = run(tiny_training(), digits(64), 2);
  const Fitted second = run(tiny_training(), digits(64), 3, &first.report.checkpoint);
  EXPECT_EQ(second.report.checkpoint.step, 1);
  const Fitted third = run(tiny_training(), digits(64), 0, &second.report.checkpoint);
  EXPECT_TRUE(torch::equal(third.weights, whole.weights));
  expect_equal_history(third.report.epochs(), whole.report.epochs());
}

TEST(Resume, StopsWhereItsPatienceWasOverBeforeTheStop) {
  TrainerOptions options = tiny_training();
  options.epochs = 10;
  options.patience = 2;  // Over after epoch 3, which is step 12.
  expect_same_after_a_stop(options, inverted(digits(64)), {7});
  const Fitted whole = run(options, inverted(digits(64)));
  const Fitted first = run(options, inverted(digits(64)), 12);
  const Fitted second = run(options, inverted(digits(64)), 0, &first.report.checkpoint);
  EXPECT_EQ(second.report.stopped, Stopped::kPatience);
  expect_equal_history(second.report.epochs(), whole.report.epochs());
}

TEST(Interrupt, EndsTrainingAfterTheStepAtTheEndOfAnEpochToo) {
  Autoencoder network = tiny_network();
  FitCallbacks callbacks;
  callbacks.on_step = [](const StepReport& report) {
    return report.epoch == 1 && report.step == report.steps ? Next::kStop : Next::kContinue;
  };
  const TrainReport report = fit(network, digits(256), digits(64), tiny_training(), callbacks);
  EXPECT_EQ(report.stopped, Stopped::kInterrupted);
  EXPECT_EQ(report.checkpoint.epoch, 1);
}

TEST(Interrupt, AtTheVeryLastStepLeavesAFinishedRun) {
  const Fitted whole = run(tiny_training(), digits(64));
  const Fitted stopped = run(tiny_training(), digits(64), 12);
  EXPECT_EQ(stopped.report.stopped, Stopped::kFinished);
  EXPECT_TRUE(torch::equal(stopped.weights, whole.weights));
}

TEST(Interrupt, LeavesTheBestWeightsSoFarInTheNetwork) {
  const Fitted first = run(tiny_training(), inverted(digits(64)), 4);
  const Fitted later = run(tiny_training(), inverted(digits(64)), 7);
  EXPECT_TRUE(torch::equal(first.weights, later.weights));
}

TEST(Checkpoint, IsWrittenAndReadWholeWithEveryNumberToTheBit) {
  Checkpoint checkpoint = run(tiny_training(), digits(64), 6).report.checkpoint;
  checkpoint.loss_sum = 1.0 / 3.0;
  checkpoint.best_loss = 5e-324;
  const Checkpoint read = through_a_file(checkpoint);
  EXPECT_EQ(read.epoch, 1);
  EXPECT_EQ(read.step, 2);
  EXPECT_EQ(read.loss_sum, checkpoint.loss_sum);
  EXPECT_EQ(read.seconds, checkpoint.seconds);
  EXPECT_EQ(read.best_epoch, 1);
  EXPECT_EQ(read.best_loss, checkpoint.best_loss);
  expect_equal_history(read.history, checkpoint.history);
  ASSERT_EQ(read.tensors.size(), checkpoint.tensors.size());
  for (const auto& [name, tensor] : checkpoint.tensors) {
    EXPECT_TRUE(torch::equal(read.tensors.at(name), tensor)) << name;
  }
}

TEST(Checkpoint, OfAnotherNetworkIsRefused) {
  const Checkpoint checkpoint = run(tiny_training(), digits(64), 6).report.checkpoint;
  Autoencoder wider(AutoencoderOptions{.hidden = {25}, .latent = 6});
  EXPECT_THAT([&] { fit(wider, digits(256), digits(64), tiny_training(), {}, &checkpoint); },
              ThrowsMessage<std::runtime_error>(HasSubstr("has another shape than the network")));
  TrainerOptions options = tiny_training();
  options.optimizer = OptimizerKind::kSgd;
  Checkpoint lacking = checkpoint;
  lacking.tensors.erase("optimizer.exp_avg.encoder.layers.0.bias");
  Autoencoder network = tiny_network();
  EXPECT_THAT([&] { fit(network, digits(256), digits(64), options, {}, &lacking); },
              ThrowsMessage<std::runtime_error>(HasSubstr("lacks the tensor")));
}

TEST(Checkpoint, FilesThatAreNoneAreRefused) {
  const TemporaryFolder folder;
  formats::write_file_atomically(folder / "text", "not a checkpoint, but long enough to be one");
  EXPECT_THROW(load_checkpoint(folder / "text"), std::invalid_argument);
  EXPECT_THROW(load_checkpoint(folder / "missing"), std::invalid_argument);
  write_tensor_file(folder / "other", {.metadata = {{"format", "something else"}}, .tensors = {}});
  EXPECT_THAT([&] { load_checkpoint(folder / "other"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("is no checkpoint")));
  write_tensor_file(folder / "odd", {.metadata = {{"format", "diabolo checkpoint"},
                                                  {"format_version", "1"},
                                                  {"state", R"({"epoch": "two"})"}},
                                     .tensors = {}});
  EXPECT_THAT([&] { load_checkpoint(folder / "odd"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("odd")));
}

}  // namespace
}  // namespace diabolo
