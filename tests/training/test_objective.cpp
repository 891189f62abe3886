#include <gmock/gmock.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/utils.h>

#include <cmath>

#include "lib/training/check_fit.hpp"
#include "lib/training/objective.hpp"
#include "lib/training/stepper.hpp"
#include "lib/training/tied.hpp"
#include "tests/training/tiny.hpp"

namespace diabolo {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

torch::Tensor waves(const std::vector<int64_t>& shape, double scale) {
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  return torch::arange(count, torch::kFloat32).mul(12.9898).sin().mul(scale).view(shape);
}

Autoencoder network_of(bool variational, Architecture arch = Architecture::kDense) {
  Autoencoder network(AutoencoderOptions{.arch = arch,
                                         .hidden = {7},
                                         .channels = {3},
                                         .latent = 3,
                                         .variational = variational,
                                         .sample_shape = {1, 4, 4}});
  network->initialise(3, torch::full({1, 4, 4}, 0.4));
  return network;
}

Batch batch_of(int64_t count, int64_t draws = 0) {
  const auto x = waves({count, 1, 4, 4}, 0.5) + 0.5;
  return {.input = x, .target = x, .filled = {}, .draws = waves({count, draws}, 1)};
}

double item(const torch::Tensor& value) { return value.item<double>(); }

TEST(KlDivergence, IsTheIntegralOfTheTwoDensities) {
  const CodeDistribution one{.mean = torch::tensor({{0.7F}, {0.0F}}),
                             .log_variance = torch::tensor({{-0.8F}, {0.0F}})};
  const double deviation = std::exp(-0.4);
  double integral = 0;
  constexpr double kWidth = 1e-3;
  for (double z = -12; z < 12; z += kWidth) {
    const double a = (z - 0.7) / deviation;
    const double log_q = -a * a / 2 - std::log(deviation);
    integral += kWidth * std::exp(log_q) / std::sqrt(2 * M_PI) * (log_q + z * z / 2);
  }
  EXPECT_NEAR(item(kl_divergence(one)[0]), integral, 1e-4);
  EXPECT_NEAR(item(kl_divergence(one)[1]), 0, 1e-7);
}

TEST(Objective, OfAVariationalNetworkIsTheNegativeElboOverTheValues) {
  Autoencoder network = network_of(true);
  TrainerOptions options;
  for (const double beta : {1.0, 0.0, 4.0}) {
    options.beta = beta;
    const Batch batch = batch_of(5, 3);
    const auto found = network->distribution(batch.input);
    const auto z = found.mean + (found.log_variance * 0.5).exp() * batch.draws;
    const auto y = network->decode(z), t = batch.target;
    const auto log_p = (t * y.log() + (1 - t) * (1 - y).log()).flatten(1).sum(1);
    const double wanted = item((-log_p + beta * kl_divergence(found)).mean()) / 16;
    EXPECT_NEAR(item(Objective(options).of(network, batch)), wanted, 1e-5);
  }
  EXPECT_FALSE(Objective(options).is_plain(network->options()));
  EXPECT_EQ(Objective(options).draws(network->options()), 3);
}

TEST(Objective, GivesEveryParameterAGradient) {
  for (const Architecture arch : {Architecture::kDense, Architecture::kConv}) {
    Autoencoder network = network_of(true, arch);
    TrainerOptions options;
    options.sparsity = {.kind = SparsityKind::kKl, .target = 0.1, .weight = 0.1};
    options.contractive = 0.1;
    Objective(options).of(network, batch_of(5, 3)).backward();
    for (const auto& parameter : network->named_parameters()) {
      ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
      EXPECT_GT(item(parameter.value().grad().abs().sum()), 0) << parameter.key();
    }
  }
}

TEST(Sparsity, IsWhatItsFormulaSays) {
  const auto z = torch::tensor({{0.5F, -2.0F}, {1.5F, 0.0F}});
  EXPECT_NEAR(item(sparsity_penalty({SparsityKind::kL1, 0, 0.1}, z)), 0.1 * 4.0 / 2, 1e-7);
  const auto sigmoid = [](double x) { return 1 / (1 + std::exp(-x)); };
  const auto kl = [](double t, double a) {
    return t * std::log(t / a) + (1 - t) * std::log((1 - t) / (1 - a));
  };
  const double wanted =
      kl(0.05, (sigmoid(0.5) + sigmoid(1.5)) / 2) + kl(0.05, (sigmoid(-2) + sigmoid(0)) / 2);
  EXPECT_NEAR(item(sparsity_penalty({SparsityKind::kKl, 0.05, 2}, z)), 2 * wanted, 1e-5);
  const auto resting = torch::full({4, 2}, std::log(0.05 / 0.95));
  EXPECT_NEAR(item(sparsity_penalty({SparsityKind::kKl, 0.05, 2}, resting)), 0, 1e-6);
}

TEST(Sparsity, IsReadAsItIsWritten) {
  for (const std::string text : {"none", "l1:1e-04", "kl:0.05", "kl:0.05:0.1"}) {
    Sparsity sparsity;
    from_text(text, sparsity);
    Sparsity again;
    from_text(to_text(sparsity), again);
    EXPECT_EQ(again, sparsity) << text;
  }
  Sparsity sparsity;
  for (const std::string text : {"kl", "l1", "kl:0", "kl:1", "l1:-1", "l1:x", "kl:0.1:x", "kl:"}) {
    EXPECT_THAT([&] { from_text(text, sparsity); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("kl:0.05")))
        << text;
  }
  EXPECT_THAT([&] { from_text("k1:0.05", sparsity); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("did you mean")));
}

TEST(Contractive, IsTheSquaredDerivativeOfTheCode) {
  Autoencoder network = network_of(false);
  const auto x = (waves({3, 1, 4, 4}, 0.5) + 0.5).requires_grad_();
  double wanted = 0;
  for (int64_t unit = 0; unit < 3; ++unit) {
    const auto code = network->encode(x).select(1, unit).sum();
    wanted += item(torch::autograd::grad({code}, {x})[0].square().sum()) / 3;
  }
  // The mean over all signs that there are.
  double sum = 0;
  for (int bits = 0; bits < 8; ++bits) {
    const auto signs =
        torch::tensor({bits & 1 ? 1.0F : -1.0F, bits & 2 ? 1.0F : -1.0F, bits & 4 ? 1.0F : -1.0F});
    sum += item(contractive_penalty(network->encode(x), x, signs.expand({3, 3}))) / 8;
  }
  EXPECT_NEAR(sum, wanted, 1e-5 * wanted);
}

TEST(Contractive, LowersTheDerivativeThatItIsOf) {
  const auto derivative = [](const Autoencoder& trained) {
    Autoencoder network = trained;
    const auto x = to_unit(digits(50).samples).requires_grad_();
    const auto signs = torch::ones({50, 6});
    return item(contractive_penalty(network->encode(x), x, signs));
  };
  TrainerOptions options = tiny_training();
  Autoencoder free = tiny_network(), bound = tiny_network();
  fit(free, digits(256), {}, options);
  options.contractive = 0.01;
  fit(bound, digits(256), {}, options);
  EXPECT_LT(derivative(bound), 0.5 * derivative(free));
}

/// One step by a network whose halves share a tensor, as autograd sees it.
TEST(Tied, HasTheGradientOfWeightsThatAreShared) {
  Autoencoder network = network_of(false);
  auto parameters = named_parameters(network);
  tie_weights(parameters);
  const Batch batch = batch_of(4);
  const auto shared0 = parameters["encoder.layers.0.weight"].detach().clone().requires_grad_();
  const auto shared2 = parameters["encoder.layers.2.weight"].detach().clone().requires_grad_();
  const auto bias = [&](const std::string& name) { return parameters[name + ".bias"].detach(); };
  const auto h = at::silu(at::linear(batch.input.flatten(1), shared0, bias("encoder.layers.0")));
  const auto z = at::linear(h, shared2, bias("encoder.layers.2"));
  const auto back = at::silu(at::linear(z, shared2.t(), bias("decoder.layers.0")));
  const auto y = at::linear(back, shared0.t(), bias("decoder.layers.2"));
  loss_of(Loss::kBce, Output::kSigmoid, y, batch.target.flatten(1)).backward();
  TrainerOptions options = tiny_training();
  options.tied = true;
  for (const bool dense : {true, false}) {
    if (!dense) options.contractive = 1e-30;  // By autograd.
    Stepper stepper(network, options, torch::kCPU, Precision::kFp32, alone());
    bool stop = false;
    Batch own = batch;
    own.draws = torch::ones({4, 3});
    stepper.gradients(own, 4, stop);
    for (const auto& [name, wanted] : {std::pair{"0", shared0}, std::pair{"2", shared2}}) {
      const auto found = parameters["encoder.layers." + std::string(name) + ".weight"].grad();
      EXPECT_TRUE(torch::allclose(found, wanted.grad(), 1e-4, 1e-6)) << dense << name;
    }
  }
}

TEST(Tied, StaysTied) {
  for (const bool dense : {true, false}) {
    TrainerOptions options = tiny_training();
    options.tied = true;
    if (!dense) options.sparsity = {.kind = SparsityKind::kL1, .target = 0, .weight = 1e-4};
    Autoencoder network = tiny_network();
    fit(network, digits(256), digits(64), options);
    const auto parameters = named_parameters(network);
    for (const auto& [encoder, decoder] : {std::pair{"0", "2"}, std::pair{"2", "0"}}) {
      const auto weight = parameters.at(std::string("encoder.layers.") + encoder + ".weight");
      const auto mirror = parameters.at(std::string("decoder.layers.") + decoder + ".weight");
      EXPECT_TRUE(torch::equal(mirror, weight.t())) << dense << encoder;
    }
  }
}

TEST(Fit, OfAVariationalNetworkIsTheSameForEqualSeedsAndLearns) {
  const auto run = [](int64_t seed) {
    TrainerOptions options = tiny_training();
    options.noise = {};
    options.seed = seed;
    AutoencoderOptions shape = tiny_network()->options();
    shape.variational = true;
    Autoencoder network(shape);
    const TrainReport report = fit(network, digits(256), digits(64), options);
    EXPECT_LT(report.epochs().back().validation_loss, report.epochs().front().validation_loss);
    return weights_of(network);
  };
  const auto first = run(5);
  EXPECT_TRUE(torch::equal(first, run(5)));
  EXPECT_FALSE(torch::equal(first, run(6)));
}

TEST(Batches, DrawTheSameWhateverShareOfABatchIsAskedFor) {
  TrainerOptions options = tiny_training();
  const Batches batches(digits(600), options, torch::kCPU, /*draws=*/2);
  const auto order = batches.order(1);
  const auto whole = batches.training(order, 1, 4).draws;
  ASSERT_EQ(whole.sizes(), (std::vector<int64_t>{64, 2}));
  const auto half = batches.training(order, 1, 4, {.rank = 1, .size = 2}).draws;
  EXPECT_TRUE(torch::equal(half, whole.narrow(0, 32, 32)));
  EXPECT_FALSE(torch::equal(batches.training(order, 2, 4).draws, whole));
  const auto plain = batches.plain(0, 600).draws;
  EXPECT_TRUE(torch::equal(batches.plain(250, 300).draws, plain.narrow(0, 250, 300)));
  EXPECT_NEAR(item(plain.mean()), 0, 0.1);
  EXPECT_NEAR(item(plain.std()), 1, 0.1);
}

TEST(RequireFits, NamesWhatDoesNotGoTogether) {
  TrainerOptions tied, sparse;
  tied.tied = true;
  sparse.sparsity = {.kind = SparsityKind::kL1, .target = 0, .weight = 1};
  AutoencoderOptions conv, variational, skips;
  conv.arch = Architecture::kConv;
  variational.variational = true;
  skips.skip = true;
  for (const auto& [options, model, words] :
       {std::tuple{tied, conv, "tied: convolutions"}, std::tuple{tied, variational, "tied: a var"},
        std::tuple{sparse, skips, "sparsity: what goes past"}}) {
    EXPECT_THAT([&] { require_fits(options, model); },
                ThrowsMessage<std::invalid_argument>(HasSubstr(words)));
  }
  EXPECT_NO_THROW(require_fits(tied, AutoencoderOptions()));
}

}  // namespace
}  // namespace diabolo
