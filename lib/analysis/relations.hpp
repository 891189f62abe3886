#pragma once

#include <string>
#include <vector>

#include "lib/data/dataset.hpp"

namespace diabolo {

enum class Shape { kLinear, kCurved };

/// A column that another follows from.
struct Source {
  size_t column = 0;  ///< Index into Table::columns.
  double loss = 0;    ///< Of the target's variance, what is no longer told once it is shuffled.
  double chance = 1;
};

/// How well a column is told by the others, on rows that nothing was fitted to.
struct Relation {
  size_t column = 0;       ///< Index into Table::columns.
  double linear = 0;       ///< R2 of ridge regression.
  double curved = 0;       ///< R2 with a small network on top, which learns what ridge leaves.
  double chance = 1;       ///< Of telling it so well by chance.
  double bend_chance = 1;  ///< Of the network adding so much by chance.
  bool follows = false;    ///< The claim: `chance` stands, and R2 is kLeastR2 or more.
  Shape shape = Shape::kLinear;
  std::vector<Source> from;  ///< Claims alone, the greatest loss first.
};

inline constexpr double kLeastR2 = 0.05;      ///< Less is no claim, however certain.
inline constexpr double kLeastBend = 0.05;    ///< R2 that a curved shape adds at least.
inline constexpr double kLeastSource = 0.02;  ///< Loss of a source, at least.
inline constexpr int64_t kLeastRows = 50;     ///< Fewer say nothing.
inline constexpr int64_t kMostValues = 100;   ///< Of a row, one-hot ones included.

/// Which columns follow from the others. Each is predicted from the rest in three folds, by ridge
/// regression and by a small network on what that leaves, and judged on the fold that neither saw.
/// Every claim is tested against the same figures with one column of that fold shuffled, which
/// changes nothing if there is no relation; at most a share `rate` of each kind of claim is
/// expected to be wrong (Benjamini and Hochberg 1995).
/// A network of its own rather than the autoencoder with a masked input: an autoencoder has never
/// seen a row with a column missing, and would be judged by how it takes that.
/// Up to 5,000 rows, drawn by a fixed seed. Returns one a column, in the order of the table.
/// Throws std::invalid_argument for fewer than kLeastRows rows or more than kMostValues values.
std::vector<Relation> find_relations(const Dataset& dataset, double rate);

}  // namespace diabolo
