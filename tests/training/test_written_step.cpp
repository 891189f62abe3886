#include <torch/utils.h>

#include "lib/training/batches.hpp"
#include "lib/training/matrix_product.hpp"
#include "lib/training/muon.hpp"
#include "tests/training/against_autograd.hpp"

namespace diabolo {
namespace {

struct Case {
  Activation activation = Activation::kSilu;
  Loss loss = Loss::kMse;
  Output output = Output::kSigmoid;
  std::vector<int64_t> hidden = {9, 5};
};

/// Equal weights for equal cases.
Autoencoder network_of(const Case& wanted) {
  Autoencoder network(AutoencoderOptions{.hidden = wanted.hidden,
                                         .latent = 3,
                                         .activation = wanted.activation,
                                         .output = wanted.output,
                                         .sample_shape = {1, 3, 4}});
  network->initialise(7, torch::full({1, 3, 4}, 0.4));
  return network;
}

/// Far enough apart that Huber's loss meets both of its halves.
Batch batch_of(int64_t rows) {
  const auto wave = torch::arange(rows * 12, torch::kFloat32).view({rows, 1, 3, 4});
  return {.input = (wave * 0.9).sin() * 3, .target = (wave * 1.7).cos() * 0.5 + 0.5};
}

/// A whole batch, a smaller last one, one sample, and a whole batch again.
void expect_like_autograd(const Case& wanted) {
  const ThreadScope one(1);  // More cost more than they bring on so little work.
  SCOPED_TRACE(to_text(wanted.activation) + " " + to_text(wanted.loss) + " " +
               to_text(wanted.output));
  Autoencoder network = network_of(wanted);
  WrittenStep step(network, wanted.loss, Precision::kFp32);
  for (const int64_t rows : {8, 5, 1, 8}) {
    Autoencoder reference = network_of(wanted);
    const Batch batch = batch_of(rows);
    const double loss = loss_by_autograd(reference, wanted.loss, batch);
    EXPECT_NEAR(step.run(batch.input, batch.target), loss, 1e-6 * (1 + loss)) << rows;
    expect_equal_gradients(network, reference);
  }
}

TEST(WrittenStep, GivesTheGradientsOfAutogradForEachActivationLossAndOutput) {
  for (const auto& [activation, name] : kEnumNames<Activation>) {
    for (const auto& [loss, loss_name] : kEnumNames<Loss>) {
      expect_like_autograd({.activation = activation, .loss = loss});
      if (loss == Loss::kBce) continue;
      expect_like_autograd({.activation = activation, .loss = loss, .output = Output::kLinear});
    }
  }
}

TEST(WrittenStep, GivesTheGradientsOfAutogradWithoutHiddenLayersAndWithOne) {
  expect_like_autograd({.hidden = {}});
  expect_like_autograd({.loss = Loss::kBce, .hidden = {}});
  expect_like_autograd({.loss = Loss::kHuber, .output = Output::kLinear, .hidden = {6}});
}

TEST(WrittenStep, StaysFiniteForSaturatedLogits) {
  Autoencoder network = network_of({.loss = Loss::kBce});
  WrittenStep step(network, Loss::kBce, Precision::kFp32);
  const torch::NoGradGuard no_grad;
  network->named_parameters()["decoder.layers.4.bias"].fill_(500);
  const auto zeros = torch::zeros({2, 12});
  EXPECT_NEAR(step.run(zeros, zeros), 500, 5);
  EXPECT_TRUE(step.parameters().gradients().isfinite().all().item<bool>());
}

TEST(WrittenStep, IsForDenseNetworksOnTheProcessorAndForConvolutionsWhereItIsFaster) {
  const Autoencoder dense = tiny_network();
  EXPECT_TRUE(WrittenStep::can(dense, torch::kCPU, Precision::kFp32));
  EXPECT_FALSE(WrittenStep::can(dense, torch::kCUDA, Precision::kFp32));
  const Autoencoder conv = tiny_network(Architecture::kConv);
  EXPECT_FALSE(WrittenStep::can(conv, torch::kCUDA, Precision::kFp32));
  EXPECT_EQ(WrittenStep::can(conv, torch::kCPU, Precision::kFp32),
            multiplies_faster(torch::kFloat32));
  AutoencoderOptions map{.arch = Architecture::kConv, .channels = {4, 4}, .code = CodeShape::kMap};
  AutoencoderOptions blocks = map, skip = map, residual = map;
  blocks.blocks = 1;
  skip.skip = true;
  residual.residual = true;
  residual.output = Output::kLinear;
  for (const AutoencoderOptions& options : {blocks, skip, residual}) {
    EXPECT_FALSE(WrittenStep::can(Autoencoder(options), torch::kCPU, Precision::kFp32));
  }
  const ThreadScope many(64);
  EXPECT_FALSE(WrittenStep::can(conv, torch::kCPU, Precision::kFp32));
  EXPECT_TRUE(WrittenStep::can(dense, torch::kCPU, Precision::kFp32));
}

TEST(WrittenStep, GivesTheGradientsOfFloat32InBfloat16WithinItsDigits) {
  const ThreadScope one(1);
  for (const auto& [loss, name] : kEnumNames<Loss>) {
    SCOPED_TRACE(name);
    const Case dense{.loss = loss};
    expect_close_in_bfloat16(network_of(dense), network_of(dense), loss, batch_of(8));
  }
}

TEST(WrittenStep, LeavesANetworkThatAutogradCanTrain) {
  expect_left_to_autograd(network_of({}), network_of({}), batch_of(4));
}

/// The losses of the epochs of fit(), by autograd.
std::vector<double> losses_by_autograd(Autoencoder& network, const Dataset& train,
                                       const TrainerOptions& options) {
  network->initialise(static_cast<uint64_t>(options.seed), mean_sample(train));
  OptimizerOptions by_option = options.optimizer_options();
  if (by_option.kind == OptimizerKind::kMuon) by_option.by_muon = hidden_matrices(network);
  Optimizer optimizer(named_parameters(network), by_option);
  const Batches batches(train, options, torch::kCPU);
  std::vector<double> losses;
  for (int64_t epoch = 0; epoch < options.epochs; ++epoch) {
    const auto order = batches.order(epoch + 1);
    double sum = 0;
    for (int64_t step = 0; step < batches.steps(); ++step) {
      const Batch batch = batches.training(order, epoch + 1, step);
      sum +=
          loss_by_autograd(network, options.loss, batch) * static_cast<double>(batch.input.size(0));
      const double factor =
          schedule_factor(options.schedule, options.warmup, epoch * batches.steps() + step,
                          *options.epochs * batches.steps());
      optimizer.step(*options.learning_rate * factor);
    }
    losses.push_back(sum / static_cast<double>(train.size()));
  }
  return losses;
}

TEST(WrittenStep, TrainsAsAutogradDoes) {
  const ThreadScope one(1);
  for (const auto& [kind, name] : kEnumNames<OptimizerKind>) {
    TrainerOptions options = tiny_training();
    options.optimizer = kind;
    options.epochs = 5;
    options.weight_decay = 0.05;
    options.restarts = 0;  // Adam with this much decay ends flat.
    for (const Architecture arch : {Architecture::kDense, Architecture::kConv}) {
      Autoencoder reference = tiny_network(arch);
      const auto wanted =
          losses_by_autograd(reference, digits(230), options);  // 3 times 64, and 38.
      Autoencoder network = tiny_network(arch);
      const auto report = fit(network, digits(230), Dataset{}, options);
      ASSERT_EQ(report.epochs().size(), wanted.size());
      for (size_t i = 0; i < wanted.size(); ++i) {
        EXPECT_NEAR(report.epochs()[i].train_loss, wanted[i], 1e-5) << name << ", epoch " << i + 1;
      }
      EXPECT_GT(std::abs(wanted.back() - wanted.front()), 1e-3);
    }
  }
}

}  // namespace
}  // namespace diabolo
