#pragma once

#include <ATen/CPUGeneratorImpl.h>
#include <gmock/gmock.h>
#include <torch/nn/module.h>
#include <torch/types.h>

namespace diabolo {

using Shape = std::vector<int64_t>;

/// Values in (0, 1) that look random and are the same everywhere.
inline torch::Tensor waves(const Shape& shape) {
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  return torch::arange(count, torch::kFloat32).mul(12.9898).sin().mul(0.45).add(0.5).view(shape);
}

inline torch::Generator generator_of(uint64_t seed) {
  return at::make_generator<at::CPUGeneratorImpl>(seed);
}

inline void fill(torch::nn::Module& module, const std::string& name, const torch::Tensor& values) {
  const torch::NoGradGuard no_grad;
  module.named_parameters()[name].copy_(values);
}

/// validate() throws std::invalid_argument with `part` in its message.
template <typename Options>
void expect_refused(const Options& options, const std::string& part) {
  EXPECT_THAT([&] { options.validate(); },
              testing::ThrowsMessage<std::invalid_argument>(testing::HasSubstr(part)));
}

inline void expect_gradient_in_every_parameter(const torch::nn::Module& module) {
  for (const auto& item : module.named_parameters()) {
    const auto& gradient = item.value().grad();
    ASSERT_TRUE(gradient.defined()) << item.key();
    EXPECT_GT(gradient.abs().sum().item<double>(), 0.0) << item.key();
  }
}

/// Standard deviation within 5 % of `wanted`, mean near 0: for weights of many values.
inline void expect_spread(const torch::Tensor& weight, double wanted) {
  EXPECT_NEAR(weight.std().item<double>(), wanted, 0.05 * wanted);
  EXPECT_NEAR(weight.mean().item<double>(), 0.0, 0.05 * wanted);
}

}  // namespace diabolo
