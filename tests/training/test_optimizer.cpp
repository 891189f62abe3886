#include <gmock/gmock.h>
#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>
#include <torch/optim/sgd.h>
#include <torch/utils.h>

#include <numbers>

#include "lib/training/loss.hpp"
#include "lib/training/optimizer.hpp"
#include "lib/training/precision.hpp"
#include "lib/training/schedule.hpp"

namespace diabolo {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

torch::Tensor start_of(const std::vector<int64_t>& shape) {
  return torch::arange(at::tensor(shape).prod().item<int64_t>(), torch::kFloat32).sin().view(shape);
}

/// A matrix, a bias, and a convolution's weight in the layout that the network keeps it in.
NamedTensors make_parameters() {
  NamedTensors parameters = {
      {"bias", start_of({4})},
      {"conv", start_of({2, 3, 3, 3}).contiguous(torch::MemoryFormat::ChannelsLast)},
      {"weight", start_of({3, 4})}};
  for (auto& [name, tensor] : parameters) tensor.requires_grad_();
  return parameters;
}

torch::Tensor loss_at(const NamedTensors& parameters) {
  auto loss = torch::zeros({});
  for (const auto& [name, tensor] : parameters) {
    const auto scale =
        torch::arange(1.0F, static_cast<float>(tensor.numel()) + 1).view(tensor.sizes());
    loss = loss + ((tensor - 0.3).pow(2) * scale).sum() + tensor.pow(4).mean();
  }
  return loss;
}

double rate_at(int step) { return 0.02 / (1 + 0.1 * step); }

NamedTensors after_steps(const OptimizerOptions& options, int steps) {
  const NamedTensors parameters = make_parameters();
  Optimizer optimizer(parameters, options);
  for (int step = 0; step < steps; ++step) {
    loss_at(parameters).backward();
    optimizer.step(rate_at(step));
  }
  return parameters;
}

/// The same with LibTorch's optimizer; weight decay on all but the bias.
template <typename Reference, typename Options>
NamedTensors reference_after_steps(const Options& options, double weight_decay, int steps) {
  const NamedTensors parameters = make_parameters();
  Options decayed(options);
  decayed.weight_decay(weight_decay);
  Options plain(options);
  plain.weight_decay(0);
  Reference reference(
      {torch::optim::OptimizerParamGroup({parameters.at("conv"), parameters.at("weight")},
                                         std::make_unique<Options>(decayed)),
       torch::optim::OptimizerParamGroup({parameters.at("bias")},
                                         std::make_unique<Options>(plain))},
      options);
  for (int step = 0; step < steps; ++step) {
    reference.zero_grad();
    loss_at(parameters).backward();
    for (auto& group : reference.param_groups()) group.options().set_lr(rate_at(step));
    reference.step();
  }
  return parameters;
}

void expect_close(const NamedTensors& found, const NamedTensors& wanted) {
  for (const auto& [name, tensor] : wanted) {
    EXPECT_TRUE(torch::allclose(found.at(name), tensor, 1e-4, 1e-5)) << name;
    EXPECT_FALSE(torch::allclose(tensor, make_parameters().at(name), 1e-2, 1e-2)) << name;
  }
}

TEST(Optimizer, IsAdam) {
  const OptimizerOptions options{.kind = OptimizerKind::kAdam, .beta2 = 0.98, .weight_decay = 0.1};
  const auto reference =
      torch::optim::AdamOptions().betas({options.beta1, options.beta2}).eps(options.epsilon);
  expect_close(after_steps(options, 50),
               reference_after_steps<torch::optim::Adam>(reference, 0.1, 50));
}

TEST(Optimizer, IsAdamW) {
  const OptimizerOptions options{.kind = OptimizerKind::kAdamW, .beta2 = 0.98, .weight_decay = 0.5};
  const auto reference =
      torch::optim::AdamWOptions().betas({options.beta1, options.beta2}).eps(options.epsilon);
  expect_close(after_steps(options, 50),
               reference_after_steps<torch::optim::AdamW>(reference, 0.5, 50));
}

TEST(Optimizer, IsStochasticGradientDescentWithMomentum) {
  const OptimizerOptions options{.kind = OptimizerKind::kSgd, .weight_decay = 0.1};
  const NamedTensors found = after_steps(options, 2);
  const auto reference = torch::optim::SGDOptions(0.1).momentum(0.9);
  const NamedTensors wanted = reference_after_steps<torch::optim::SGD>(reference, 0.1, 2);
  expect_close(found, wanted);
}

TEST(Optimizer, DropsTheGradientsItUsed) {
  const NamedTensors parameters = make_parameters();
  Optimizer optimizer(parameters, {});
  loss_at(parameters).backward();
  optimizer.step(0.01);
  for (const auto& [name, tensor] : parameters) EXPECT_FALSE(tensor.grad().defined()) << name;
  EXPECT_THROW(optimizer.step(0.01), std::logic_error);
}

TEST(Optimizer, GoesOnFromASavedStateToTheBit) {
  for (const auto kind : {OptimizerKind::kAdam, OptimizerKind::kAdamW, OptimizerKind::kSgd}) {
    const OptimizerOptions options{.kind = kind};
    const NamedTensors parameters = make_parameters();
    Optimizer first(parameters, options);
    loss_at(parameters).backward();
    first.step(rate_at(0));
    Optimizer second(parameters, options);
    second.load_state(first.state());
    loss_at(parameters).backward();
    second.step(rate_at(1));
    for (const auto& [name, tensor] : after_steps(options, 2)) {
      EXPECT_TRUE(torch::equal(parameters.at(name), tensor)) << name << " " << to_text(kind);
    }
  }
}

// What ranks do, each for its share. There are fewer parameters than ranks once.
TEST(Optimizer, UpdatesInSharesWhatItUpdatesWhole) {
  const auto make = [] {
    return NamedTensors{{"bias", start_of({4}).requires_grad_()},
                        {"weight", start_of({3, 4}).requires_grad_()}};
  };
  for (const auto kind : {OptimizerKind::kAdam, OptimizerKind::kAdamW, OptimizerKind::kSgd}) {
    for (const int64_t size : {1, 2, 3, 20}) {
      SCOPED_TRACE(to_text(kind) + " " + std::to_string(size));
      const OptimizerOptions options{.kind = kind};
      const FlatParameters whole(make());
      const FlatParameters shared(make());
      Optimizer all(whole, options);
      std::vector<Optimizer> ranks;
      for (int64_t rank = 0; rank < size; ++rank) {
        ranks.emplace_back(shared, options, Share{.rank = rank, .size = size});
      }
      for (int step = 0; step < 3; ++step) {
        const auto gradients = (torch::arange(16.0) + step).cos();
        whole.gradients().copy_(gradients);
        shared.gradients().copy_(gradients);
        all.step(rate_at(step));
        for (Optimizer& optimizer : ranks) optimizer.step(rate_at(step));
      }
      EXPECT_TRUE(shared.values().allclose(whole.values(), 1e-6, 1e-7));
      for (size_t i = 0; i < all.flat_moments().size(); ++i) {
        auto moments = torch::zeros(16);
        for (const Optimizer& optimizer : ranks) moments += optimizer.flat_moments().at(i);
        EXPECT_TRUE(moments.allclose(all.flat_moments().at(i), 1e-6, 1e-9));
      }
    }
  }
}

TEST(Optimizer, RefusesAStateThatLacksATensorOrHasAnotherShape) {
  const NamedTensors parameters = make_parameters();
  Optimizer optimizer(parameters, {});
  NamedTensors state = optimizer.state();
  state["exp_avg.bias"] = torch::zeros({5});
  EXPECT_THAT([&] { optimizer.load_state(state); },
              ThrowsMessage<std::runtime_error>(HasSubstr("'exp_avg.bias' has another shape")));
  state.erase("exp_avg.bias");
  EXPECT_THAT([&] { optimizer.load_state(state); },
              ThrowsMessage<std::runtime_error>(HasSubstr("lacks the tensor 'exp_avg.bias'")));
}

TEST(Schedule, RisesThenFallsAlongHalfACosine) {
  const auto factor = [](int64_t step) {
    return schedule_factor(Schedule::kCosine, 0.2, step, 20);
  };
  EXPECT_DOUBLE_EQ(factor(0), 1.0 / 5);
  EXPECT_DOUBLE_EQ(factor(3), 4.0 / 5);
  EXPECT_DOUBLE_EQ(factor(4), 1.0);
  EXPECT_DOUBLE_EQ(factor(12), 0.5);
  EXPECT_DOUBLE_EQ(factor(19), 0.5 * (1 + std::cos(std::numbers::pi * 15 / 16)));
  EXPECT_GT(factor(19), 0.0);
}

TEST(Schedule, StaysAtItsPeakWhenConstant) {
  EXPECT_DOUBLE_EQ(schedule_factor(Schedule::kConstant, 0.0, 0, 10), 1.0);
  EXPECT_DOUBLE_EQ(schedule_factor(Schedule::kConstant, 0.5, 2, 10), 3.0 / 6);
  EXPECT_DOUBLE_EQ(schedule_factor(Schedule::kConstant, 0.5, 9, 10), 1.0);
}

TEST(Schedule, IsAboveZeroForEachShareOfWarmUpAndCount) {
  for (const double warmup : {0.0, 0.05, 0.999}) {
    for (const int64_t steps : {1, 2, 7}) {
      for (int64_t step = 0; step < steps; ++step) {
        const double factor = schedule_factor(Schedule::kCosine, warmup, step, steps);
        EXPECT_TRUE(factor > 0 && factor <= 1) << warmup << " " << step << "/" << steps;
      }
    }
  }
}

class Losses : public testing::Test {
 protected:
  double found(Loss loss, Output output) {
    return loss_of(loss, output, logits_, target_).item<double>();
  }
  torch::Tensor logits_ = torch::tensor({{0.0F, 2.0F}, {-1.0F, 3.0F}});
  torch::Tensor target_ = torch::tensor({{0.25F, 1.0F}, {0.0F, 0.5F}});
};

TEST_F(Losses, AreTheFormulasOfALinearOutput) {
  // Errors -0.25, 1, -1, 2.5.
  EXPECT_NEAR(found(Loss::kMse, Output::kLinear), (0.0625 + 1 + 1 + 6.25) / 4, 1e-6);
  EXPECT_NEAR(found(Loss::kL1, Output::kLinear), (0.25 + 1 + 1 + 2.5) / 4, 1e-6);
  EXPECT_NEAR(found(Loss::kHuber, Output::kLinear), (0.03125 + 0.5 + 0.5 + 2.0) / 4, 1e-6);
}

TEST_F(Losses, PutTheSigmoidBehindTheLogits) {
  double squares = 0;
  double entropy = 0;
  for (int64_t i = 0; i < 4; ++i) {
    const double p = 1 / (1 + std::exp(-logits_.flatten()[i].item<double>()));
    const auto t = target_.flatten()[i].item<double>();
    squares += (p - t) * (p - t) / 4;
    entropy -= (t * std::log(p) + (1 - t) * std::log(1 - p)) / 4;
  }
  EXPECT_NEAR(found(Loss::kMse, Output::kSigmoid), squares, 1e-6);
  EXPECT_NEAR(found(Loss::kBce, Output::kSigmoid), entropy, 1e-6);
}

TEST_F(Losses, StayFiniteForSaturatedLogitsAndAreFloatForBfloat16) {
  const auto far = torch::tensor({{-500.0F, 500.0F}});
  const auto wrong = torch::tensor({{1.0F, 0.0F}});
  EXPECT_NEAR(loss_of(Loss::kBce, Output::kSigmoid, far, wrong).item<double>(), 500, 1e-3);
  const auto rough = loss_of(Loss::kMse, Output::kLinear, logits_.to(torch::kBFloat16), target_);
  EXPECT_EQ(rough.scalar_type(), torch::kFloat32);
}

TEST(Precision, IsMadeDefiniteForTheMachine) {
  EXPECT_EQ(resolve_precision(Precision::kFp32, torch::kCPU), Precision::kFp32);
  EXPECT_EQ(resolve_precision(Precision::kAuto, torch::kCPU),
            processor_has_bf16() ? Precision::kBf16 : Precision::kFp32);
}

TEST(Precision, IsLoweredWithinAScopeAlone) {
  const auto x = torch::ones({2, 2});
  {
    const PrecisionScope scope(Precision::kBf16, torch::kCPU);
    EXPECT_EQ(x.mm(x).scalar_type(), torch::kBFloat16);
  }
  EXPECT_EQ(x.mm(x).scalar_type(), torch::kFloat32);
  const PrecisionScope scope(Precision::kFp32, torch::kCPU);
  EXPECT_EQ(x.mm(x).scalar_type(), torch::kFloat32);
}

TEST(Device, IsResolvedByNameAndRefusedWhenItIsNone) {
  EXPECT_EQ(resolve_device("cpu"), torch::Device(torch::kCPU));
  EXPECT_THAT([] { resolve_device("cudda"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("did you mean 'cuda'?")));
  EXPECT_THROW(resolve_device("cuda:999"), std::invalid_argument);
  EXPECT_THROW(resolve_device(""), std::invalid_argument);
}

}  // namespace
}  // namespace diabolo
