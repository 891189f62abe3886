#include "lib/training/written_step.hpp"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include "lib/training/activate.hpp"
#include "lib/training/matrix_product.hpp"
#include "lib/training/pointwise.hpp"

namespace diabolo {
namespace {

constexpr int kMostThreads = 8;

torch::ScalarType type_of(Precision precision) {
  return precision == Precision::kBf16 ? torch::kBFloat16 : torch::kFloat32;
}

}  // namespace

bool WrittenStep::can(const Autoencoder& model, const torch::Device& device, Precision precision) {
  const AutoencoderOptions& options = model->options();
  if (!device.is_cpu()) return false;
  if (options.arch == Architecture::kDense) return true;
  return options.blocks == 0 && options.decodes_alone() && at::get_num_threads() <= kMostThreads &&
         multiplies_faster(type_of(precision));
}

WrittenStep::WrittenStep(Autoencoder& model, Loss loss, Precision precision, int64_t most_windows)
    : parameters_(named_parameters(model)),
      values_(parameters_.values().to(type_of(precision))),
      gradients_(parameters_.gradients().to(type_of(precision))),
      layer_step_(multiplies_faster(type_of(precision)) ? Products::kByHand : Products::kLibTorch,
                  most_windows),
      loss_(loss),
      output_(model->options().output),
      has_maps_(model->options().arch == Architecture::kConv),
      sample_shape_(model->options().sample_shape),
      layers_(step_layers(model, values_, gradients_)) {}

double WrittenStep::run(const torch::Tensor& input, const torch::Tensor& target, double weight) {
  const c10::InferenceMode without_autograd;
  const int64_t count = input.size(0);
  auto found = rows_.find(count);
  if (found == rows_.end()) found = rows_.emplace(count, make_rows(count)).first;
  Rows& rows = found->second;
  auto x = in_rows(input);
  if (is_bf16()) {
    values_.copy_(parameters_.values());
    if (!rows.input.defined()) rows.input = torch::empty(x.sizes(), torch::kBFloat16);
    x = rows.input.copy_(x);
  }
  forward(x, rows);
  const LayerRows& last = rows.layers.back();
  const double loss =
      loss_and_slopes(loss_, output_, last.sum, in_rows(target), last.gradient, weight);
  backward(x, rows);
  if (is_bf16()) parameters_.gradients().copy_(gradients_);
  return loss;
}

/// [N, ...] as the rows of the first layer.
torch::Tensor WrittenStep::in_rows(const torch::Tensor& samples) const {
  if (!has_maps_) return samples.flatten(1).contiguous();
  TORCH_CHECK(samples.sizes().slice(1) == c10::IntArrayRef(sample_shape_),
              "images of another size");
  return samples.permute({0, 2, 3, 1}).contiguous().view({-1, samples.size(1)});
}

WrittenStep::Rows WrittenStep::make_rows(int64_t count) const {
  Rows rows;
  for (const StepLayer& layer : layers_)
    rows.layers.push_back(diabolo::make_rows(layer, count, values_.scalar_type()));
  return rows;
}

void WrittenStep::forward(const torch::Tensor& x, Rows& rows) {
  const torch::Tensor* in = &x;
  for (size_t i = 0; i < layers_.size(); ++i) {
    LayerRows& out = rows.layers[i];
    layer_step_.forward(layers_[i], *in, out);
    if (layers_[i].activation) activate(*layers_[i].activation, out.sum, out.value);
    in = &out.value;
  }
}

void WrittenStep::backward(const torch::Tensor& x, Rows& rows) {
  for (size_t i = layers_.size(); i-- > 0;) {
    StepLayer& layer = layers_[i];
    LayerRows& out = rows.layers[i];
    if (layer.activation) multiply_by_slope(*layer.activation, out.sum, out.value, out.gradient);
    LayerRows* in = i > 0 ? &rows.layers[i - 1] : nullptr;
    layer_step_.backward(layer, in != nullptr ? in->value : x, out,
                         in != nullptr ? &in->gradient : nullptr);
  }
}

}  // namespace diabolo
