#include "lib/output/export.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <stdexcept>

#include "lib/training/config.hpp"

namespace diabolo {

torch::Tensor comparison_inputs(const std::vector<int64_t>& shape, ModelPart part) {
  std::vector<int64_t> sizes = {4};
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  const auto count = torch::arange(c10::multiply_integers(sizes), torch::kFloat32);
  const auto waves = at::sin(count * 0.7).view(sizes);
  return part == ModelPart::kDecoder ? waves * 2 : (waves + 1) / 2;
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
  if (part == ModelPart::kEncoder) return network->encode(input);
  return part == ModelPart::kDecoder ? network->decode(input) : network->forward(input);
}

std::string export_metadata(const TrainedModel& model, ModelPart part) {
  const AutoencoderOptions& options = model.network->options();
  return to_json({{"format", "", std::string("diabolo export 1")},
                  {"part", "", to_text(part)},
                  {"input_shape", "", part_input_shape(options, part)},
                  {"output_shape", "", part_output_shape(options, part)},
                  {"samples", "", std::string("images [C, H, W], float32 pixels in [0, 1]")},
                  {"data", "", model.data.data},
                  {"noise", "", to_text(model.training.noise)}});
}

double require_same_numbers(const torch::Tensor& exported, const torch::Tensor& expected) {
  constexpr double kTolerance = 1e-5;
  const auto difference = (exported - expected).abs().max().item<double>();
  const double scale = std::max(1.0, expected.abs().max().item<double>());
  if (difference <= kTolerance * scale) return difference;
  throw std::runtime_error("the export gives other numbers than the model (by " +
                           to_text(difference) + "); nothing was written");
}

}  // namespace diabolo
