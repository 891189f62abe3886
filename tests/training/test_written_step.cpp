#include <torch/utils.h>

#include "lib/training/batches.hpp"
#include "lib/training/matrix_product.hpp"
#include "lib/training/muon.hpp"
#include "lib/training/written_step.hpp"
#include "models/shape.hpp"
#include "tests/training/tiny.hpp"

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

double loss_by_autograd(Autoencoder& network, Loss loss, const Batch& batch) {
  const auto logits = network->decode_logits(network->encode(batch.input));
  const auto value = loss_of(loss, network->options().output, logits, batch.target);
  value.backward();
  return value.item<double>();
}

void expect_equal_gradients(const Autoencoder& found, const Autoencoder& wanted) {
  const auto found_parameters = found->named_parameters();
  for (const auto& item : wanted->named_parameters()) {
    const auto& gradient = item.value().grad();
    ASSERT_GT(gradient.abs().max().item<float>(), 0) << item.key();
    EXPECT_TRUE(torch::allclose(found_parameters[item.key()].grad(), gradient, 1e-4, 1e-6))
        << item.key();
  }
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
TEST(WrittenStep, GivesTheGradientsOfAutogradForConvolutions) {
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

TEST(WrittenStep, RefusesImagesOfAnotherSize) {
  Autoencoder network = conv_network_of({.shape = {1, 8, 6}});
  WrittenStep step(network, Loss::kMse, Precision::kFp32);
  const auto turned = torch::zeros({2, 1, 6, 8});
  EXPECT_THROW(step.run(turned, turned), c10::Error);
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

/// bfloat16 keeps 8 digits of a number in base 2.
void expect_close_in_bfloat16(Autoencoder network, Autoencoder reference, Loss loss,
                              const Batch& batch) {
  WrittenStep step(network, loss, Precision::kBf16);
  const double wanted = loss_by_autograd(reference, loss, batch);
  EXPECT_NEAR(step.run(batch.input, batch.target), wanted, 0.02 * wanted);
  const auto gradients = step.parameters().gradients();
  EXPECT_EQ(gradients.scalar_type(), torch::kFloat32);
  const auto views = step.parameters().views(gradients);
  for (const auto& item : reference->named_parameters()) {
    const auto& gradient = item.value().grad();
    const auto distance = (views.at(item.key()) - gradient).norm() / gradient.norm();
    EXPECT_LT(distance.item<double>(), 0.05) << item.key();
  }
}

TEST(WrittenStep, GivesTheGradientsOfFloat32InBfloat16WithinItsDigits) {
  const ThreadScope one(1);
  for (const auto& [loss, name] : kEnumNames<Loss>) {
    SCOPED_TRACE(name);
    const Case dense{.loss = loss};
    expect_close_in_bfloat16(network_of(dense), network_of(dense), loss, batch_of(8));
    if (loss == Loss::kL1) continue;  // Its slope jumps where an error is rounded past zero.
    const ConvCase conv{.shape = {3, 7, 10}, .loss = loss};
    expect_close_in_bfloat16(conv_network_of(conv), conv_network_of(conv), loss,
                             images_of(conv.shape, 8));
  }
}

void expect_left_to_autograd(Autoencoder network, const Autoencoder& untrained,
                             const Batch& batch) {
  {
    WrittenStep step(network, Loss::kMse, Precision::kFp32);
    step.run(batch.input, batch.target);
    Optimizer(step.parameters(), {}).step(0.01);
  }
  Autoencoder copy(network->options());
  const auto untrained_parameters = untrained->named_parameters();
  for (const auto& item : network->named_parameters()) {
    EXPECT_FALSE(item.value().grad().defined()) << item.key();
    EXPECT_FALSE(item.value().is_inference()) << item.key();
    EXPECT_EQ(item.value().storage().nbytes(), item.value().nbytes()) << item.key();
    EXPECT_EQ(item.value().strides(), untrained_parameters[item.key()].strides()) << item.key();
    const torch::NoGradGuard no_grad;
    copy->named_parameters()[item.key()].copy_(item.value());
  }
  EXPECT_FALSE(torch::equal(weights_of(network), weights_of(untrained)));
  EXPECT_EQ(loss_by_autograd(network, Loss::kMse, batch),
            loss_by_autograd(copy, Loss::kMse, batch));
  expect_equal_gradients(network, copy);
}

TEST(WrittenStep, LeavesANetworkThatAutogradCanTrain) {
  expect_left_to_autograd(network_of({}), network_of({}), batch_of(4));
  const ConvCase conv{.shape = {3, 7, 10}};
  expect_left_to_autograd(conv_network_of(conv), conv_network_of(conv), images_of(conv.shape, 4));
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
