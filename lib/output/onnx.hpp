#pragma once

#include <filesystem>

#include "lib/output/export.hpp"

namespace diabolo {

/// Writes an ONNX file (opset 17) with input "x" [N, ...input shape] and output "y"
/// [N, ...output shape], float32, N free; pixels are in [0, 1] on both sides. metadata_props
/// "diabolo" holds export_metadata(). The bytes are read again and run, operator by operator, with
/// LibTorch before a file is written.
/// Throws std::runtime_error if that differs by more than 1e-5, or the disk fails.
ExportReport export_onnx(const TrainedModel& model, ModelPart part,
                         const std::filesystem::path& path);

}  // namespace diabolo
