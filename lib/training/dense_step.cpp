#include "lib/training/dense_step.hpp"

#include <ATen/Functions.h>
#include <c10/core/InferenceMode.h>

#include <stdexcept>

#include "lib/training/matrix_product.hpp"
#include "lib/training/pointwise.hpp"
#include "models/layer.hpp"

namespace diabolo {
namespace {

// What torch::nn's modules do without options.
constexpr double kEluAlpha = 1.0;
constexpr double kLeakySlope = 0.01;

/// value = f(sum)
void activate(Activation activation, const torch::Tensor& sum, torch::Tensor& value) {
  switch (activation) {
    case Activation::kSilu:
      silu(sum, value);
      return;
    case Activation::kRelu:
      at::threshold_out(value, sum, /*threshold=*/0, /*value=*/0);
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

/// gradient *= f'(sum), where value = f(sum)
void multiply_by_slope(Activation activation, const torch::Tensor& sum, const torch::Tensor& value,
                       torch::Tensor& gradient) {
  switch (activation) {
    case Activation::kSilu:
      multiply_by_silu_slope(sum, gradient);
      return;
    case Activation::kRelu:
      at::threshold_backward_out(gradient, gradient, sum, /*threshold=*/0);
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

}  // namespace

bool DenseStep::can(const Autoencoder& model, const torch::Device& device) {
  return model->options().arch == Architecture::kDense && device.is_cpu();
}

DenseStep::DenseStep(Autoencoder& model, Loss loss, Precision precision)
    : parameters_(named_parameters(model)),
      values_(parameters_.values()),
      gradients_(parameters_.gradients()),
      by_hand_(
          multiplies_faster(precision == Precision::kBf16 ? torch::kBFloat16 : torch::kFloat32)),
      loss_(loss),
      output_(model->options().output) {
  if (precision == Precision::kBf16) {
    values_ = values_.to(torch::kBFloat16);
    gradients_ = gradients_.to(torch::kBFloat16);
  }
  // Layers show where in the module's memory each parameter lies, which is that of values().
  const auto same_place = [&](const torch::Tensor& flat, const torch::Tensor& parameter) {
    return flat.as_strided(parameter.sizes(), parameter.strides(), parameter.storage_offset());
  };
  for (const Layer& layer : model->layers(ModelPart::kAutoencoder)) {
    if (layer.kind == LayerKind::kLinear) {
      const auto weight = same_place(values_, layer.weight);
      layers_.push_back({.weight = weight,
                         .weight_transposed = weight.t(),
                         .bias = same_place(values_, layer.bias),
                         .weight_gradient = same_place(gradients_, layer.weight),
                         .bias_gradient = same_place(gradients_, layer.bias),
                         .activation = {}});
    } else if (layer.kind == LayerKind::kActivation) {
      layers_.back().activation = layer.activation;
    } else if (layer.kind != LayerKind::kReshape && layer.kind != LayerKind::kSigmoid) {
      throw std::logic_error("a layer that is not dense");
    }
  }
}

double DenseStep::run(const torch::Tensor& input, const torch::Tensor& target, double weight) {
  const c10::InferenceMode without_autograd;
  const int64_t count = input.size(0);
  auto found = rows_.find(count);
  if (found == rows_.end()) found = rows_.emplace(count, make_rows(count)).first;
  Rows& rows = found->second;
  auto x = input.flatten(1).contiguous();
  if (is_bf16()) {
    values_.copy_(parameters_.values());
    x = rows.input.copy_(x);
  }
  forward(x, rows);
  const LayerRows& last = rows.layers.back();
  const double loss = loss_and_slopes(loss_, output_, last.sum, target.flatten(1).contiguous(),
                                      last.gradient, weight);
  backward(x, rows);
  if (is_bf16()) parameters_.gradients().copy_(gradients_);
  return loss;
}

DenseStep::Rows DenseStep::make_rows(int64_t count) const {
  Rows rows;
  for (const DenseLayer& layer : layers_) {
    const auto make = [&] {
      return torch::empty({count, layer.bias.size(0)}, values_.scalar_type());
    };
    LayerRows made{.sum = make(), .value = {}, .gradient = make(), .gradient_transposed = {}};
    made.value = layer.activation ? make() : made.sum;
    made.gradient_transposed = made.gradient.t();
    rows.layers.push_back(made);
  }
  if (is_bf16())
    rows.input = torch::empty({count, layers_.front().weight.size(1)}, torch::kBFloat16);
  return rows;
}

void DenseStep::product(const torch::Tensor& a, const torch::Tensor& b, torch::Tensor& out) const {
  if (by_hand_) {
    multiply(a, b, out);
  } else {
    at::mm_out(out, a, b);
  }
}

void DenseStep::forward(const torch::Tensor& x, Rows& rows) const {
  const torch::Tensor* in = &x;
  for (size_t i = 0; i < layers_.size(); ++i) {
    const DenseLayer& layer = layers_[i];
    LayerRows& out = rows.layers[i];
    if (by_hand_) {
      multiply_linear(*in, layer.weight, layer.bias, out.sum);
    } else {
      at::addmm_out(out.sum, layer.bias, *in, layer.weight_transposed);
    }
    if (layer.activation) activate(*layer.activation, out.sum, out.value);
    in = &out.value;
  }
}

void DenseStep::backward(const torch::Tensor& x, Rows& rows) {
  for (size_t i = layers_.size(); i-- > 0;) {
    DenseLayer& layer = layers_[i];
    LayerRows& out = rows.layers[i];
    if (layer.activation) {
      multiply_by_slope(*layer.activation, out.sum, out.value, out.gradient);
    }
    product(out.gradient_transposed, i > 0 ? rows.layers[i - 1].value : x, layer.weight_gradient);
    sum_columns(out.gradient, layer.bias_gradient);
    if (i > 0) product(out.gradient, layer.weight, rows.layers[i - 1].gradient);
  }
}

}  // namespace diabolo
