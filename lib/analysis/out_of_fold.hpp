#pragma once

#include <vector>

#include "lib/analysis/small_networks.hpp"
#include "lib/data/table.hpp"

namespace diabolo {

/// Every value of a table predicted from those of the other columns, in three folds: each row by
/// what was fitted to the other two.
class OutOfFold {
 public:
  /// rows  [N, D] float32, N >= 6
  OutOfFold(const Table& table, const torch::Tensor& rows);

  torch::Tensor rows;          ///< [N, D] float32, of mean 0 and deviation 1.
  torch::Tensor linear;        ///< [N, D] float32: by ridge regression.
  torch::Tensor bend;          ///< [N, D] float32: what a small network adds to it.
  std::vector<int64_t> folds;  ///< Of each row.

  /// The first rows alone.
  OutOfFold head(int64_t count) const;

  /// Both predictions of the values `which` int64 [n], of changed rows of the same folds.
  /// changed  [N, D]; returns [N, n]
  torch::Tensor predict(const torch::Tensor& changed, const torch::Tensor& which) const;

 private:
  struct Fitted {
    torch::Tensor ridge;  ///< [D, D]: x times it are the predictions.
    SmallNetworks networks;
  };
  torch::Tensor rows_of(int64_t fold, bool in_it) const;

  std::vector<Fitted> fitted_;  ///< One a fold.
};

}  // namespace diabolo
