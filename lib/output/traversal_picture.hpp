#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lib/analysis/traversal.hpp"
#include "lib/data/table.hpp"

namespace diabolo {

/// Most columns of a table that are drawn for a unit: those that it moves most.
inline constexpr int64_t kTraversalColumns = 10;

/// Images: a row a unit, its values below. units: one or more, with equally many steps.
void draw_traversals(const std::vector<Traversal>& units, const torch::Tensor& shares,
                     const std::string& title, const std::filesystem::path& png);

/// A table: a chart a unit, the columns as lines in scaled units. Throws as draw_curve_page().
void draw_traversals(const std::vector<Traversal>& units, const torch::Tensor& shares,
                     const Table& table, const std::string& title,
                     const std::filesystem::path& png);

/// Images of a code of two numbers, side by side without gaps, the numbers along both axes.
/// Throws as draw_scatter().
void draw_code_map(const CodeMap& map, const std::string& title, const std::filesystem::path& png);

/// A row of decoded images over one of mixed ones, with `from` and `to` at the ends.
void draw_interpolation(const Interpolation& way, const std::string& title,
                        const std::filesystem::path& png);

}  // namespace diabolo
