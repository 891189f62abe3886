#include "lib/training/activate.hpp"

#include <ATen/Functions.h>

#include <stdexcept>

#include "lib/training/pointwise.hpp"

namespace diabolo {
namespace {

// What torch::nn's modules do without options.
constexpr double kEluAlpha = 1.0;
constexpr double kLeakySlope = 0.01;

}  // namespace

void activate(Activation activation, const torch::Tensor& sum, torch::Tensor& value) {
  switch (activation) {
    case Activation::kSilu:
      silu(sum, value);
      return;
    case Activation::kRelu:
      relu(sum, value);
      return;
    case Activation::kGelu:
      at::gelu_out(value, sum);
      return;
    case Activation::kElu:
      at::elu_out(value, sum, kEluAlpha);
      return;
    case Activation::kLeakyRelu:
      at::leaky_relu_out(value, sum, kLeakySlope);
      return;
    case Activation::kTanh:
      at::tanh_out(value, sum);
      return;
  }
  throw std::logic_error("an activation without a formula");
}

void multiply_by_slope(Activation activation, const torch::Tensor& sum, const torch::Tensor& value,
                       torch::Tensor& gradient) {
  switch (activation) {
    case Activation::kSilu:
      multiply_by_silu_slope(sum, gradient);
      return;
    case Activation::kRelu:
      multiply_by_relu_slope(sum, gradient);
      return;
    case Activation::kGelu:
      at::gelu_backward_out(gradient, gradient, sum);
      return;
    case Activation::kElu:
      at::elu_backward_out(gradient, gradient, kEluAlpha, /*scale=*/1, /*input_scale=*/1,
                           /*is_result=*/false, sum);
      return;
    case Activation::kLeakyRelu:
      at::leaky_relu_backward_out(gradient, gradient, sum, kLeakySlope, /*self_is_result=*/false);
      return;
    case Activation::kTanh:
      at::tanh_backward_out(gradient, gradient, value);
      return;
  }
  throw std::logic_error("an activation without a slope");
}

}  // namespace diabolo
