#include "lib/output/export.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "lib/training/config.hpp"

namespace diabolo {

torch::Tensor comparison_inputs(const TrainedModel& model, ModelPart part) {
  std::vector<int64_t> sizes = part_input_shape(model.network->options(), part);
  sizes.insert(sizes.begin(), 4);
  const auto count = torch::arange(c10::multiply_integers(sizes), torch::kFloat32);
  const auto waves = at::sin(count * 0.7).view(sizes);
  if (part == ModelPart::kDecoder) return waves * 2;
  if (!model.table) return (waves + 1) / 2;
  auto rows = unscale_rows(*model.table, waves);
  rows[-1].fill_(std::numeric_limits<float>::quiet_NaN());
  return rows;
}

std::vector<Layer> part_layers(const TrainedModel& model, ModelPart part) {
  Autoencoder network = model.network;
  std::vector<Layer> layers = network->layers(part);
  if (!model.table) return layers;
  if (part != ModelPart::kDecoder) {
    // As encode does with --missing mean: a program that has no value for a column gives NaN.
    // Two steps, since x / scale - shift / scale would lose digits where shift is large.
    const auto first = {fill_layer(model.table->fill), shift_layer(-model.table->shift),
                        scale_layer(model.table->scale.reciprocal())};
    layers.insert(layers.begin(), first);
  }
  if (part != ModelPart::kEncoder) {
    layers.push_back(scale_layer(model.table->scale));
    layers.push_back(shift_layer(model.table->shift));
  }
  return layers;
}

std::vector<int64_t> part_input_shape(const AutoencoderOptions& options, ModelPart part) {
  return part == ModelPart::kDecoder ? options.code_shape() : options.sample_shape;
}

std::vector<int64_t> part_output_shape(const AutoencoderOptions& options, ModelPart part) {
  return part == ModelPart::kEncoder ? options.code_shape() : options.sample_shape;
}

torch::Tensor run_part(const TrainedModel& model, ModelPart part, const torch::Tensor& input) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  torch::Tensor x = input;
  if (model.table && part != ModelPart::kDecoder) {
    x = input.clone();
    scale_rows(*model.table, x);
  }
  if (part == ModelPart::kEncoder) return network->encode(x);
  const auto rebuilt = part == ModelPart::kDecoder ? network->decode(x) : network->forward(x);
  return model.table ? unscale_rows(*model.table, rebuilt) : rebuilt;
}

namespace {

std::string what_samples_are(const TrainedModel& model) {
  if (!model.table) return "images [C, H, W], float32 pixels in [0, 1]";
  std::string text = "rows of a table, float32, unscaled, in the order:";
  for (const auto& name : model.table->value_names()) text += " '" + name + "'";
  return text;
}

}  // namespace

std::string export_metadata(const TrainedModel& model, ModelPart part) {
  const AutoencoderOptions& options = model.network->options();
  const std::vector<ConfigEntry> entries = {{"format", "", std::string("diabolo export 1")},
                                            {"part", "", to_text(part)},
                                            {"input_shape", "", part_input_shape(options, part)},
                                            {"output_shape", "", part_output_shape(options, part)},
                                            {"samples", "", what_samples_are(model)},
                                            {"data", "", model.data.data},
                                            {"noise", "", to_text(model.training.noise)}};
  const std::string text = to_json(entries);
  if (!model.table || part == ModelPart::kDecoder) return text;
  auto object = nlohmann::ordered_json::parse(text);
  const auto fill = model.table->fill.contiguous();
  const auto* values = fill.const_data_ptr<float>();
  object["fill"] = std::vector<float>(values, values + fill.numel());
  return object.dump();
}

torch::Tensor size_of_outputs(const TrainedModel& model, ModelPart part,
                              const torch::Tensor& expected) {
  if (!model.table || part == ModelPart::kEncoder) return expected.abs().max().clamp_min(1);
  return torch::maximum(expected.abs().amax(0), model.table->scale);
}

double require_same_numbers(const TrainedModel& model, ModelPart part, const torch::Tensor& input,
                            const torch::Tensor& exported) {
  constexpr double kTolerance = 1e-5;
  const auto expected = run_part(model, part, input);
  const auto sizes = size_of_outputs(model, part, expected);
  const auto difference = ((exported - expected).abs() / sizes).max().item<double>();
  if (difference <= kTolerance) return difference;
  throw std::runtime_error("the export gives other numbers than the model (by " +
                           to_text(difference) + " of their size); nothing was written");
}

}  // namespace diabolo
