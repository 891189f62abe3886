#include "lib/training/step_layer.hpp"

#include <ATen/Functions.h>

#include <algorithm>

#include "lib/training/matrix_product.hpp"
#include "lib/training/pointwise.hpp"

namespace diabolo {
namespace {

using Kind = StepLayer::Kind;

constexpr int64_t kLeastValues = 64;  // Of a window: products with many small ones are deep.

/// y = x W^T + bias, if there is one.
void linear(const torch::Tensor& x, const StepLayer& layer, const torch::Tensor& bias,
            torch::Tensor y, Products products) {
  if (products == Products::kByHand) {
    multiply_linear(x, layer.weight, bias, y);
  } else if (bias.defined()) {
    at::addmm_out(y, bias, x, layer.weight_transposed);
  } else {
    at::mm_out(y, x, layer.weight_transposed);
  }
}

/// out = a b
void product(const torch::Tensor& a, const torch::Tensor& b, torch::Tensor out, Products products) {
  if (products == Products::kByHand) {
    multiply(a, b, out);
  } else {
    at::mm_out(out, a, b);
  }
}

/// Rows of channels to [C, pixels] or back.
void turn(const torch::Tensor& from, const torch::Tensor& to, int64_t samples, int64_t first) {
  to.view({samples, -1, first}).copy_(from.view({samples, first, -1}).transpose(1, 2));
}

/// Some of the samples of a batch, and memory for what windows see of them.
struct SampleRange {
  int64_t first, count, samples;
  torch::Tensor windows;  ///< [count * places, values]

  bool is_first() const { return first == 0; }
  bool is_last() const { return first + count == samples; }

  /// Their rows.
  torch::Tensor of(const torch::Tensor& rows) const {
    const int64_t each = rows.size(0) / samples;
    return rows.narrow(0, first * each, count * each);
  }
};

/// The sum of a b over parts: each is rounded to the type, their sum in float32.
class SumOfProducts {
 public:
  SumOfProducts(torch::Tensor& out, Products products) : out_(out), products_(products) {}

  void add(const torch::Tensor& a, const torch::Tensor& b, const SampleRange& part) {
    product(a, b, out_, products_);
    if (part.is_first() && part.is_last()) return;
    if (part.is_first()) {
      sum_ = out_.to(torch::kFloat32, /*non_blocking=*/false, /*copy=*/true);
    } else {
      sum_.add_(out_);
    }
    if (part.is_last()) out_.copy_(sum_);
  }

 private:
  torch::Tensor& out_;
  torch::Tensor sum_;
  Products products_;
};

}  // namespace

LayerRows make_rows(const StepLayer& layer, int64_t samples, torch::ScalarType type) {
  const auto make = [&] { return torch::empty({samples * layer.rows, layer.columns}, type); };
  LayerRows rows;
  rows.sum = make();
  rows.value = layer.activation ? make() : rows.sum;
  rows.gradient = make();
  rows.gradient_transposed = rows.gradient.t();
  return rows;
}

/// Calls work(part) for parts of the samples that hold no more windows at once than they may.
template <typename Work>
void LayerStep::in_parts(const Windows& shape, int64_t samples, torch::ScalarType type,
                         const Work& work) {
  const int64_t each = shape.places() * shape.values();
  const int64_t counted = shape.places() * std::max(shape.values(), kLeastValues);
  const int64_t most = std::clamp<int64_t>(most_windows_ / counted, 1, samples);
  if (!scratch_.defined() || scratch_.numel() < most * each)
    scratch_ = torch::empty({most * each}, type);
  for (int64_t first = 0; first < samples; first += most) {
    const int64_t count = std::min(most, samples - first);
    work(SampleRange{first, count, samples,
                     scratch_.narrow(0, 0, count * each).view({-1, shape.values()})});
  }
}

void LayerStep::forward(const StepLayer& layer, const torch::Tensor& x, LayerRows& out) {
  const int64_t samples = out.sum.size(0) / layer.rows;
  switch (layer.kind) {
    case Kind::kLinear:
      return linear(x, layer, layer.bias, out.sum, products_);
    case Kind::kConv:
      return in_parts(layer.windows, samples, x.scalar_type(), [&](const SampleRange& part) {
        unfold(part.of(x), layer.windows, part.windows);
        linear(part.windows, layer, layer.bias, part.of(out.sum), products_);
      });
    case Kind::kConvTranspose:
      return in_parts(layer.windows, samples, x.scalar_type(), [&](const SampleRange& part) {
        product(part.of(x), layer.weight, part.windows, products_);
        fold(part.windows, layer.windows, layer.bias, part.of(out.sum));
      });
    case Kind::kFlatten:
      return turn(x, out.sum, samples, x.size(0) / samples);
    case Kind::kUnflatten:
      return turn(x, out.sum, samples, layer.columns);
  }
}

void LayerStep::backward(StepLayer& layer, const torch::Tensor& x, LayerRows& out,
                         torch::Tensor* x_gradient) {
  const torch::Tensor& gradient = out.gradient;
  const bool turns = layer.kind == Kind::kFlatten || layer.kind == Kind::kUnflatten;
  if (turns && x_gradient == nullptr) return;
  const int64_t samples = gradient.size(0) / layer.rows;
  SumOfProducts weight_gradient(layer.weight_gradient, products_);
  switch (layer.kind) {
    case Kind::kLinear:
      product(out.gradient_transposed, x, layer.weight_gradient, products_);
      if (x_gradient != nullptr) product(gradient, layer.weight, *x_gradient, products_);
      break;
    case Kind::kConv:
      in_parts(layer.windows, samples, x.scalar_type(), [&](const SampleRange& part) {
        unfold(part.of(x), layer.windows, part.windows);
        weight_gradient.add(part.of(gradient).t(), part.windows, part);
        if (x_gradient == nullptr) return;
        product(part.of(gradient), layer.weight, part.windows, products_);
        fold(part.windows, layer.windows, /*bias=*/{}, part.of(*x_gradient));
      });
      break;
    case Kind::kConvTranspose:
      in_parts(layer.windows, samples, x.scalar_type(), [&](const SampleRange& part) {
        unfold(part.of(gradient), layer.windows, part.windows);
        weight_gradient.add(part.of(x).t(), part.windows, part);
        if (x_gradient != nullptr)
          linear(part.windows, layer, /*bias=*/{}, part.of(*x_gradient), products_);
      });
      break;
    case Kind::kFlatten:
      return turn(gradient, *x_gradient, samples, layer.columns / (x.size(0) / samples));
    case Kind::kUnflatten:
      return turn(gradient, *x_gradient, samples, layer.rows);
  }
  sum_columns(gradient, layer.bias_gradient);
}

}  // namespace diabolo
