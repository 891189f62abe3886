#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lib/analysis/table_metrics.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo {

/// Error of one column of a table, in the units of its file, over the cells that were not empty;
/// NaN where all were.
struct ColumnFigures {
  std::string name;
  ColumnKind kind = ColumnKind::kNumber;
  double model = 0;           ///< Root mean squared error; of a category the share of wrong levels.
  std::optional<double> pca;  ///< The same of PCA.
  double mean = 0;  ///< The same of answering every row with the mean of these rows, or with
                    ///< their commonest level.
  std::optional<double> r2, pca_r2;  ///< As column_r2(); of numbers.
};

/// Gathers ColumnFigures, and R2 over all values, batch by batch.
class ColumnSums {
 public:
  /// mean  [D] float32, scaled: what the mean answers with
  ColumnSums(std::shared_ptr<const Table> table, torch::Tensor mean);

  /// clean, model  [N, D] float32, scaled; pca the same, or undefined
  /// filled        as Dataset::filled, or undefined
  void add(const torch::Tensor& clean, const torch::Tensor& model, const torch::Tensor& pca,
           const torch::Tensor& filled = {});

  std::vector<ColumnFigures> columns() const;

  /// As r2() over all scaled values; nothing of a single row.
  std::optional<double> r2() const;
  std::optional<double> pca_r2() const;

 private:
  struct Errors {
    TableFigureSum numbers;
    torch::Tensor wrong;  ///< [columns] float64: cells with another level.
  };
  void add_errors(Errors& to, const torch::Tensor& clean, const torch::Tensor& rebuilt,
                  const torch::Tensor& filled) const;
  /// Of column `i`, whose first value is the one at `at`.
  double error_of(const Errors& errors, const TableFigures& figures, size_t i, int64_t at) const;

  std::shared_ptr<const Table> table_;
  torch::Tensor mean_;
  Errors model_, pca_, of_mean_;
  bool with_pca_ = false;
};

}  // namespace diabolo
