#pragma once

#include <filesystem>
#include <string>

#include "lib/output/scatter.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo {

/// Most points of a picture; of more samples, as many are drawn by a fixed seed.
inline constexpr int64_t kScatterPoints = 10'000;

/// Draws the codes of samples beside their PCA of as many numbers. Up to three code units are the
/// axes; of more, the two with the most variance, and the title says so.
/// colours  of all samples, as colours_of() gives; where there is a table with names for its rows,
///          up to kMostNamedPoints points bear theirs
/// Throws as draw_scatter(), and std::invalid_argument for data of another shape than the model's.
void draw_codes(const TrainedModel& model, const Dataset& dataset, const PointColours& colours,
                const std::string& title, const std::filesystem::path& png);

/// Colours by label, where there are labels and `column` is "", or by a column of the table in the
/// file, whether the model takes it or not: numbers as
/// shades if no cell is empty, else as groups.
/// Throws std::invalid_argument when there is no such column.
PointColours colours_of(const Dataset& dataset, const DataOptions& data, const std::string& column);

}  // namespace diabolo
