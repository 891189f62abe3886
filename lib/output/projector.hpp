#pragma once

#include "lib/data/split.hpp"
#include "lib/training/run_folder.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo {

inline constexpr int64_t kProjectedSamples = 5000;

/// Writes what TensorBoard's embedding projector shows of a run: codes of up to kProjectedSamples
/// samples of both parts, drawn by a fixed seed (fewer where codes are so long that they would be
/// more than two million numbers; with columns of 0 behind codes of one or two), their labels and
/// names if they have any, and of images the pictures themselves, in one square sheet of cells of
/// at most 64 pixels. A blank label becomes "(none)"; control characters become spaces, other bytes
/// than UTF-8
/// '?', since nothing quotes in these files. Throws as AtomicFile does.
void write_projector(const TrainedModel& model, const Split& samples, const RunFolder& folder);

}  // namespace diabolo
