#include "lib/output/table_explanation_picture.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include "lib/output/chart_text.hpp"
#include "lib/output/matrix_panel.hpp"

namespace diabolo {
namespace {

constexpr double kTitle = 44;
constexpr double kTop = 104;
constexpr double kHeadingRoom = 40;
constexpr double kBetween = 40;

struct Panel {
  std::string heading;
  NamedMatrix matrix;
};

Panel units_panel(const Table& table, const CodeExplanation& codes) {
  const auto order = grouped_columns(codes).slice(0, 0, kMatrixRows);
  const auto units = std::min<int64_t>(codes.shares.size(1), kMatrixColumns);
  Panel panel{"What each number of the code takes from each column", {}};
  NamedMatrix& matrix = panel.matrix;
  matrix.values =
      codes.shares.index_select(0, order).narrow(1, 0, units).to(torch::kFloat32).contiguous();
  matrix.range = signed_range(matrix.values);
  matrix.colours = FieldColours::kSigned;
  matrix.column_title = "numbers of the code";
  matrix.scale_title =
      "share of integrated gradients, red where the number grows with the column; * tied to others";
  for (int64_t i = 0; i < order.size(0); ++i) {
    const auto column = static_cast<size_t>(order[i].item<int64_t>());
    matrix.row_names.push_back(table.columns[column].name +
                               (codes.columns[column].carried ? " *" : "  "));
  }
  for (int64_t i = 1; i <= units; ++i) matrix.column_names.push_back(std::to_string(i));
  return panel;
}

/// Columns that follow, and those that they follow from, in the order of the table.
std::vector<size_t> related(const std::vector<Relation>& relations) {
  std::set<size_t> columns;
  for (const Relation& relation : relations) {
    if (relation.from.empty()) continue;
    columns.insert(relation.column);
    for (const Source& source : relation.from) columns.insert(source.column);
  }
  std::vector<size_t> some(columns.begin(), columns.end());
  some.resize(std::min(some.size(), static_cast<size_t>(kMatrixColumns)));
  return some;
}

std::string shape_text(const Relation& relation) {
  if (!relation.follows) return "";
  return relation.shape == Shape::kCurved ? ", curved" : ", linear";
}

Panel relations_panel(const Table& table, const std::vector<Relation>& relations) {
  const std::vector<size_t> columns = related(relations);
  Panel panel{"Columns that follow from others, and from which", {}};
  if (columns.empty()) return panel;
  NamedMatrix& matrix = panel.matrix;
  const auto count = std::ssize(columns);
  matrix.values = torch::zeros({count, count});
  for (int64_t i = 0; i < count; ++i) {
    const Relation& relation = relations[columns[static_cast<size_t>(i)]];
    const std::string number = std::to_string(relation.column + 1);
    matrix.row_names.push_back(number + " " + table.columns[relation.column].name +
                               shape_text(relation));
    matrix.column_names.push_back(number);
    for (const Source& source : relation.from) {
      const auto found = std::ranges::find(columns, source.column);
      if (found == columns.end()) continue;
      matrix.values[i][std::distance(columns.begin(), found)] = std::min(source.loss, 1.0);
    }
  }
  matrix.range = {0, 1};
  matrix.column_title = "the column that is shuffled";
  matrix.scale_title = "how far R2 of the column on the left falls then; 1: all of it, or more";
  return panel;
}

}  // namespace

torch::Tensor grouped_columns(const CodeExplanation& codes) {
  const auto sizes = codes.shares.abs();
  const auto most = std::get<0>(sizes.max(1)), unit = std::get<1>(sizes.max(1));
  auto place = unit.to(torch::kFloat64) * 2 - most;  // Shares are at most 1.
  for (const CarriedColumn& column : codes.columns) {
    if (!column.carried) place[static_cast<int64_t>(column.column)] += 2 * sizes.size(1);
  }
  return place.argsort(/*stable=*/true, 0, /*descending=*/false);
}

void draw_explanation(const Table& table, const TableExplanation& explanation,
                      const std::string& title, const std::filesystem::path& png) {
  std::vector<Panel> panels;
  if (explanation.codes) panels.push_back(units_panel(table, *explanation.codes));
  Panel relations = relations_panel(table, explanation.relations);
  if (relations.matrix.values.defined()) panels.push_back(std::move(relations));
  if (panels.empty()) throw std::invalid_argument("there is nothing to draw");
  double height = kTop + theme::kMargin / 2 - kBetween;
  for (const Panel& panel : panels) height += kHeadingRoom + matrix_height(panel.matrix) + kBetween;
  ChartPage page(height);
  page.text(theme::kMargin, kTitle,
            fitted(title, theme::kTitlePoints, theme::kPageWidth - 2 * theme::kMargin),
            {.points = theme::kTitlePoints, .bold = true});
  double top = kTop;
  for (const Panel& panel : panels) {
    page.text(theme::kMargin, top, panel.heading, {.points = theme::kHeadingPoints});
    draw_matrix(page, panel.matrix, top + kHeadingRoom);
    top += kHeadingRoom + matrix_height(panel.matrix) + kBetween;
  }
  page.write(png);
}

}  // namespace diabolo
