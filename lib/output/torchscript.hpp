#pragma once

#include <filesystem>

#include "lib/output/export.hpp"

namespace diabolo {

/// Writes a TorchScript file whose forward(x) takes [N, ...input shape] float32 and gives
/// [N, ...output shape]; pixels are in [0, 1] on both sides. Extra file "diabolo.json" holds
/// export_metadata(). The bytes are loaded again and run before a file is written.
/// Throws std::runtime_error if that differs by more than 1e-5, or the disk fails.
ExportReport export_torchscript(const TrainedModel& model, ModelPart part,
                                const std::filesystem::path& path);

}  // namespace diabolo
