#include <gtest/gtest.h>
#include <torch/utils.h>

#include <cmath>
#include <limits>
#include <vector>

#include "lib/training/pointwise.hpp"
#include "lib/training/precision.hpp"
#include "tests/training/usable_instructions.hpp"

namespace diabolo {
namespace {

constexpr double kWeight = 0.375;

/// From far below zero to far above, close together around it.
torch::Tensor inputs(int64_t count) {
  const auto steps = torch::linspace(-1, 1, count);
  return steps.sign() * (steps.abs() * 8).expm1();  // Up to 2,980.
}

void expect_close(const torch::Tensor& found, const torch::Tensor& wanted) {
  EXPECT_TRUE(torch::allclose(found.to(torch::kFloat64), wanted, 1e-6, 3e-7))
      << (found - wanted).abs().max().item<double>();
}

/// loss_of() without its rounding to float32.
torch::Tensor exact_loss(Loss loss, Output output, const torch::Tensor& logits,
                         const torch::Tensor& target) {
  if (loss == Loss::kBce) return at::binary_cross_entropy_with_logits(logits, target);
  const auto error = (output == Output::kSigmoid ? logits.sigmoid() : logits) - target;
  if (loss == Loss::kMse) return error.square().mean();
  if (loss == Loss::kL1) return error.abs().mean();
  return at::huber_loss(error, torch::zeros_like(error));
}

// Around the eight or sixteen values that a processor computes at once, and over several blocks.
const std::vector<int64_t> kCounts{1, 7, 8, 9, 16, 17, 31, 1023, 1024, 1025, 5000};

TEST(Pointwise, SiluAndItsSlopeAreThoseOfTheFormula) {
  for (const Instructions instructions : usable_instructions()) {
    for (const int64_t count : kCounts) {
      SCOPED_TRACE(count);
      const auto x = inputs(count);
      const auto exact = x.to(torch::kFloat64).requires_grad_();
      const auto value = torch::silu(exact);
      value.sum().backward();
      const auto found = torch::empty_like(x);
      silu(x, found, instructions);
      expect_close(found, value.detach());
      const auto gradient = torch::full_like(x, 3);
      multiply_by_silu_slope(x, gradient, instructions);
      expect_close(gradient, exact.grad() * 3);
    }
  }
}

TEST(Pointwise, SiluIsZeroFarBelowZero) {
  for (const Instructions instructions : usable_instructions()) {
    const auto x = torch::tensor({-3e38F, -1000.0F, -95.0F, 3e38F});
    const auto value = torch::empty_like(x);
    silu(x, value, instructions);
    EXPECT_TRUE(value.equal(torch::tensor({0.0F, 0.0F, 0.0F, 3e38F}))) << value;
    const auto slope = torch::ones_like(x);
    multiply_by_silu_slope(x, slope, instructions);
    EXPECT_TRUE(slope.equal(torch::tensor({0.0F, 0.0F, 0.0F, 1.0F}))) << slope;
  }
}

TEST(Pointwise, ReluAndItsSlopeAreThoseOfLibTorch) {
  for (const Instructions instructions : usable_instructions()) {
    for (const auto type : {torch::kFloat32, torch::kBFloat16}) {
      for (const int64_t count : kCounts) {
        SCOPED_TRACE(count);
        const auto x = inputs(count).to(type);
        const auto value = torch::empty_like(x);
        relu(x, value, instructions);
        EXPECT_TRUE(value.equal(torch::relu(x)));
        const auto gradient = torch::full_like(x, 3);
        multiply_by_relu_slope(x, gradient, instructions);
        EXPECT_TRUE(gradient.equal((x > 0).to(type) * 3));
      }
    }
  }
}

TEST(Pointwise, LossesAndSlopesAreThoseOfAutogradInFloat64) {
  for (const auto& [output, loss] :
       std::vector<std::pair<Output, Loss>>{{Output::kSigmoid, Loss::kBce},
                                            {Output::kSigmoid, Loss::kMse},
                                            {Output::kSigmoid, Loss::kHuber},
                                            {Output::kSigmoid, Loss::kL1},
                                            {Output::kLinear, Loss::kMse},
                                            {Output::kLinear, Loss::kHuber},
                                            {Output::kLinear, Loss::kL1}}) {
    for (const Instructions instructions : usable_instructions()) {
      for (const int64_t count : kCounts) {
        SCOPED_TRACE(to_text(output) + " " + to_text(loss) + " " + std::to_string(count));
        const auto logits = inputs(count).roll(count / 3);
        const auto target = torch::linspace(0, 1, count);
        const auto exact = logits.to(torch::kFloat64).requires_grad_();
        const auto wanted = exact_loss(loss, output, exact, target.to(torch::kFloat64));
        wanted.backward();
        const auto slopes = torch::empty_like(logits);
        const double found =
            loss_and_slopes(loss, output, logits, target, slopes, kWeight, instructions);
        EXPECT_NEAR(found, wanted.item<double>(), 1e-6 * wanted.item<double>() + 1e-30);
        expect_close(slopes * (static_cast<double>(count) / kWeight),
                     exact.grad() * static_cast<double>(count));
      }
    }
  }
}

/// What float32 gives for the same values, rounded to bfloat16.
TEST(Pointwise, RoundsToBfloat16WhatItComputesInFloat32) {
  for (const Instructions instructions : usable_instructions()) {
    for (const int64_t count : kCounts) {
      SCOPED_TRACE(count);
      const auto x = inputs(count).to(torch::kBFloat16);
      const auto as_float = [&](const torch::Tensor& values) { return values.to(torch::kFloat32); };
      const auto value = torch::empty_like(as_float(x));
      silu(as_float(x), value, instructions);
      const auto found = torch::empty_like(x);
      silu(x, found, instructions);
      EXPECT_TRUE(found.equal(value.to(torch::kBFloat16)));

      const auto gradient = torch::linspace(-3, 3, count).to(torch::kBFloat16);
      const auto wanted = as_float(gradient);
      multiply_by_silu_slope(as_float(x), wanted, instructions);
      multiply_by_silu_slope(x, gradient, instructions);
      EXPECT_TRUE(gradient.equal(wanted.to(torch::kBFloat16)));

      const auto target = torch::linspace(0, 1, count);
      const auto slopes = torch::empty_like(x);
      const auto exact_slopes = torch::empty_like(value);
      const auto loss_of = [&](const torch::Tensor& logits, const torch::Tensor& out) {
        return loss_and_slopes(Loss::kBce, Output::kSigmoid, logits, target, out, kWeight,
                               instructions);
      };
      EXPECT_EQ(loss_of(x, slopes), loss_of(as_float(x), exact_slopes));
      EXPECT_TRUE(slopes.equal(exact_slopes.to(torch::kBFloat16)));
    }
  }
}

TEST(Pointwise, SumsColumns) {
  for (const Instructions instructions : usable_instructions()) {
    for (const auto type : {torch::kFloat32, torch::kBFloat16}) {
      for (const auto& [rows, columns] : std::vector<std::pair<int64_t, int64_t>>{
               {1, 1}, {3, 17}, {256, 784}, {5000, 70}, {40000, 3}}) {
        SCOPED_TRACE(testing::Message() << type << ", " << rows << " x " << columns);
        const auto values = torch::linspace(-1, 2, rows * columns).view({rows, columns}).to(type);
        const auto found = torch::empty({columns}, type);
        sum_columns(values, found, instructions);
        const auto wanted = values.to(torch::kFloat64).sum(0);
        const double digits = type == torch::kBFloat16 ? 1.0 / 256 : 1e-5;
        EXPECT_TRUE(torch::allclose(found.to(torch::kFloat64), wanted, digits, 1e-3))
            << (found - wanted).abs().max().item<double>();
      }
    }
  }
}

TEST(Pointwise, IsTheSameToTheBitForAnyNumberOfThreads) {
  const auto logits = inputs(100'003);
  const auto target = torch::linspace(0, 1, logits.numel());
  std::vector<double> losses;
  std::vector<torch::Tensor> slopes;
  for (const int threads : {1, 2, 3}) {
    const ThreadScope scope(threads);
    slopes.push_back(torch::empty_like(logits));
    losses.push_back(loss_and_slopes(Loss::kBce, Output::kSigmoid, logits, target, slopes.back()));
  }
  EXPECT_EQ(losses[0], losses[1]);
  EXPECT_EQ(losses[0], losses[2]);
  EXPECT_TRUE(slopes[0].equal(slopes[1]));
  EXPECT_TRUE(slopes[0].equal(slopes[2]));
}

// A network that diverged must not look like one that learns.
TEST(Pointwise, NotANumberStaysOne) {
  const auto are_nan = [](const torch::Tensor& values) {
    return values.isnan().all().item<bool>();
  };
  const auto x = torch::full({9}, std::numeric_limits<float>::quiet_NaN());
  for (const Instructions instructions : usable_instructions()) {
    const auto found = torch::zeros(9);
    silu(x, found, instructions);
    EXPECT_TRUE(are_nan(found));
    const auto rounded = torch::zeros(9, torch::kBFloat16);
    silu(x.to(torch::kBFloat16), rounded, instructions);
    EXPECT_TRUE(are_nan(rounded));
    relu(x, found.zero_(), instructions);
    EXPECT_TRUE(are_nan(found));
    found.fill_(1);
    multiply_by_silu_slope(x, found, instructions);
    EXPECT_TRUE(are_nan(found));
    for (const Loss loss : {Loss::kBce, Loss::kMse, Loss::kHuber, Loss::kL1}) {
      found.zero_();
      EXPECT_TRUE(std::isnan(
          loss_and_slopes(loss, Output::kSigmoid, x, torch::zeros(9), found, 1, instructions)));
      EXPECT_TRUE(are_nan(found)) << to_text(loss);
    }
  }
}

TEST(Pointwise, RefusesWhatItWouldMisread) {
  const auto four = torch::zeros(4);
  EXPECT_THROW(silu(four, torch::zeros(5)), c10::Error);
  EXPECT_THROW(silu(four, torch::zeros({2, 2})), c10::Error);
  EXPECT_THROW(silu(torch::zeros({4, 3}).t(), torch::zeros({3, 4})), c10::Error);
  EXPECT_THROW(silu(torch::zeros(0), torch::zeros(0)), c10::Error);
  EXPECT_THROW(silu(four, torch::zeros(4, torch::kBFloat16)), c10::Error);
  EXPECT_THROW(loss_and_slopes(Loss::kMse, Output::kLinear, four, torch::zeros(3), four),
               c10::Error);
  EXPECT_THROW(sum_columns(torch::zeros({3, 4}), torch::zeros(3)), c10::Error);
  EXPECT_THROW(sum_columns(torch::zeros({0, 4}), four), c10::Error);
}

}  // namespace
}  // namespace diabolo
