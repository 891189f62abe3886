#pragma once

#include <filesystem>
#include <string>

#include "lib/analysis/explain_codes.hpp"
#include "lib/analysis/relations.hpp"

namespace diabolo {

/// What a table's code carries, and which of its columns follow from others. What nothing can be
/// concluded of is empty.
struct TableExplanation {
  std::optional<CodeExplanation> codes;
  std::vector<Relation> relations;
};

/// Columns in an order that shows groups: those that the code ties to others first; then by the
/// number of the code that takes most of a column, those that it takes most of first.
/// returns int64 [columns], indices into Table::columns
torch::Tensor grouped_columns(const CodeExplanation& codes);

/// Matrices of numbers: columns by code units, and, where any follow, columns by those that they
/// follow from. Up to kMatrixRows and kMatrixColumns of them.
/// Throws as draw_scatter(); std::invalid_argument where there is nothing to draw.
void draw_explanation(const Table& table, const TableExplanation& explanation,
                      const std::string& title, const std::filesystem::path& png);

}  // namespace diabolo
