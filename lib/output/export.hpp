#pragma once

#include <string>
#include <vector>

#include "lib/training/trained_model.hpp"
#include "models/layer.hpp"

namespace diabolo {

enum class ExportFormat { kTorchscript, kOnnx };
template <>
inline constexpr auto kEnumNames<ExportFormat> = std::array{
    std::pair{ExportFormat::kTorchscript, "torchscript"}, std::pair{ExportFormat::kOnnx, "onnx"}};

/// What an export is and how it compares with the model it came from.
struct ExportReport {
  std::vector<int64_t> input_shape;   ///< Without N.
  std::vector<int64_t> output_shape;  ///< Without N.
  double largest_difference = 0;      ///< Of any output value, on fixed inputs.
  uint64_t bytes = 0;
};

/// Inputs that an export is compared on: [4, ...shape] float32; pixels in [0, 1], columns within
/// one step of scaling around their middle, codes in [-2, 2]; the same numbers at every call.
torch::Tensor comparison_inputs(const TrainedModel& model, ModelPart part);

/// The layers of a part. Of a table they begin and end with its scaling, so that the values are
/// those of the file.
std::vector<Layer> part_layers(const TrainedModel& model, ModelPart part);

/// Shape of one input or output of a part: of a sample, or of a code.
std::vector<int64_t> part_input_shape(const AutoencoderOptions& options, ModelPart part);
std::vector<int64_t> part_output_shape(const AutoencoderOptions& options, ModelPart part);

/// What a part makes of `input`, by the network and the scaler themselves.
torch::Tensor run_part(const TrainedModel& model, ModelPart part, const torch::Tensor& input);

/// Largest difference of any value. Throws std::runtime_error when it is above 1e-5 times the
/// largest value expected (or 1e-5, when those are below 1), or NaN.
double require_same_numbers(const torch::Tensor& exported, const torch::Tensor& expected);

/// JSON that goes with an export: shapes, scaling and kind of sample, data, format version.
std::string export_metadata(const TrainedModel& model, ModelPart part);

}  // namespace diabolo
