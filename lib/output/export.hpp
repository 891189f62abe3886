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
  double largest_difference = 0;      ///< As require_same_numbers(), on fixed inputs.
  uint64_t bytes = 0;
};

/// Inputs that an export is compared on: [4, ...shape] float32; pixels in [0, 1], columns within
/// one step of scaling around their middle, but for a last row of empty cells (NaN), codes in
/// [-2, 2]; the same numbers at every call.
torch::Tensor comparison_inputs(const TrainedModel& model, ModelPart part);

/// The layers of a part. Of a table they begin and end with its scaling, so that the values are
/// those of the file; the mean of the training rows stands in for an empty cell (NaN).
std::vector<Layer> part_layers(const TrainedModel& model, ModelPart part);

/// Shape of one input or output of a part: of a sample, or of a code.
std::vector<int64_t> part_input_shape(const AutoencoderOptions& options, ModelPart part);
std::vector<int64_t> part_output_shape(const AutoencoderOptions& options, ModelPart part);

/// What a part makes of `input`, by the network and the scaler themselves.
torch::Tensor run_part(const TrainedModel& model, ModelPart part, const torch::Tensor& input);

/// Size of each output value, [...output shape] float32 or one number, which differences are told
/// in: 1, or the largest value expected where that is more; of columns in units of the file their
/// own largest value, and no less than a step of their scaling.
torch::Tensor size_of_outputs(const TrainedModel& model, ModelPart part,
                              const torch::Tensor& expected);

/// Largest difference of any value from what run_part() makes of `input`, as a share of
/// size_of_outputs(). Throws std::runtime_error when it is above 1e-5, or NaN.
double require_same_numbers(const TrainedModel& model, ModelPart part, const torch::Tensor& input,
                            const torch::Tensor& exported);

/// JSON that goes with an export: shapes, scaling and kind of sample, data, format version; of a
/// table that is taken in also `fill`, what stands in for an empty cell of each value.
std::string export_metadata(const TrainedModel& model, ModelPart part);

}  // namespace diabolo
