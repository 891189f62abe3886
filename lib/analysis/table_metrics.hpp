#pragma once

#include <torch/types.h>

#include <optional>

namespace diabolo {

/// Errors of a rebuilt table, each column in its own units.
struct TableFigures {
  int64_t rows = 0;
  torch::Tensor counts;            ///< [D] float64: rows whose cell counts.
  torch::Tensor mse;               ///< [D] float64, mean over those; NaN where there are none.
  torch::Tensor rmse;              ///< [D] float64, its root.
  torch::Tensor r2;                ///< [D] float64, as column_r2(); undefined of a single row.
  std::optional<double> total_r2;  ///< As r2(); left out of a single row.
};

/// Gathers TableFigures over batches of rows, in float64 (Chan, Golub and LeVeque 1983).
class TableFigureSum {
 public:
  /// rebuilt, clean  [N, D] of any real type, N >= 1
  /// filled          [N, D] bool, or undefined: cells that do not count
  /// Throws std::invalid_argument for other shapes, or another D than before.
  void add(const torch::Tensor& rebuilt, const torch::Tensor& clean,
           const torch::Tensor& filled = {});

  /// Throws std::invalid_argument if no row was added.
  TableFigures figures() const;

 private:
  int64_t rows_ = 0;
  torch::Tensor counts_;   // [D] cells that count.
  torch::Tensor first_;    // [D] the first row: means are of what lies beyond it.
  torch::Tensor mean_;     // [D]
  torch::Tensor spread_;   // [D] squared distances from the mean, summed over rows.
  torch::Tensor squared_;  // [D] squared errors, summed over rows.
};

/// Coefficient of determination of each column, 1 - squared errors / squared distances from the
/// column's mean: 1 is exact, 0 no better than the mean, below 0 worse. A constant column has 1
/// where it is exact, else 0. As sklearn.metrics.r2_score(clean, rebuilt,
/// multioutput='raw_values').
/// rebuilt, clean  [N, D]; returns [D] float64
/// Throws std::invalid_argument for fewer than 2 rows or other shapes.
torch::Tensor column_r2(const torch::Tensor& rebuilt, const torch::Tensor& clean);

/// The mean of column_r2() weighted by each column's variance: what share of all columns' variance
/// is rebuilt. Constant columns do not count, unless all are. As sklearn's
/// multioutput='variance_weighted'. Throws as column_r2().
double r2(const torch::Tensor& rebuilt, const torch::Tensor& clean);

}  // namespace diabolo
