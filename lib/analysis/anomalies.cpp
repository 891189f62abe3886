#include "lib/analysis/anomalies.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/analysis/evaluate.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

constexpr int64_t kBatchValues = 5'000'000;

/// The cells of some rows that were not empty: nothing can be said of one that a mean stands in
/// for.
class Present {
 public:
  Present(const Dataset& dataset, int64_t begin, int64_t count) {
    if (dataset.filled.defined()) there_ = dataset.filled.narrow(0, begin, count).logical_not();
  }
  /// values [n, D], each over the number of those of its row that are there; 0 for the others.
  torch::Tensor of(const torch::Tensor& values) const {
    if (!there_.defined()) return values / static_cast<double>(values.size(1));
    return values * there_ / there_.sum(1, /*keepdim=*/true).clamp_min(1);
  }

 private:
  torch::Tensor there_;  ///< bool [n, D]; undefined where all are.
};

/// The first value of a column.
int64_t place_of(const Table& table, size_t column) {
  int64_t at = 0;
  for (size_t i = 0; i < column; ++i) at += table.columns[i].width();
  return at;
}

}  // namespace

torch::Tensor by_column(const Table& table, const torch::Tensor& values) {
  std::vector<torch::Tensor> sums;
  int64_t at = 0;
  for (const Column& column : table.columns) {
    sums.push_back(values.narrow(1, at, column.width()).sum(1, false, torch::kFloat64));
    at += column.width();
  }
  return torch::stack(sums, 1);
}

Anomalies find_anomalies(const TrainedModel& model, const Dataset& dataset) {
  require_same_shape(model, dataset);
  if (dataset.size() == 0) throw std::invalid_argument("'" + dataset.name + "' holds no samples");
  const torch::NoGradGuard no_grad;
  const int64_t width = values_in(dataset.sample_shape());
  std::vector<torch::Tensor> scores, pca_scores, columns, nearest;
  const int64_t size = std::max<int64_t>(1, kBatchValues / width);
  for (int64_t begin = 0; begin < dataset.size(); begin += size) {
    const int64_t count = std::min(size, dataset.size() - begin);
    const auto x = to_unit(dataset.samples.narrow(0, begin, count));
    const Present there(dataset, begin, count);
    const auto usual = nearest_usual(model, CodeOf::kModel, x);
    const auto values = there.of(unusual_values(model, CodeOf::kModel, x, usual));
    scores.push_back(values.sum(1, false, torch::kFloat64));
    if (model.usual.pca) {
      const auto by_pca =
          unusual_values(model, CodeOf::kPca, x, nearest_usual(model, CodeOf::kPca, x));
      pca_scores.push_back(there.of(by_pca).sum(1, false, torch::kFloat64));
    }
    if (!model.table) continue;
    columns.push_back(by_column(*model.table, values));
    nearest.push_back(usual);
  }
  Anomalies result{.scores = torch::cat(scores), .pca_scores = {}, .columns = {}, .nearest = {}};
  if (model.usual.pca) result.pca_scores = torch::cat(pca_scores);
  if (!model.table) return result;
  result.columns = torch::cat(columns);
  result.nearest = torch::cat(nearest);
  return result;
}

std::vector<Reason> reasons_of(const Dataset& dataset, const Anomalies& found, int64_t row,
                               size_t most) {
  const Table& table = *dataset.table;
  const auto errors = found.columns[row];
  const double score = errors.sum().item<double>();
  std::vector<Reason> reasons;
  if (!(score > 0)) return reasons;
  const auto order = errors.argsort(/*stable=*/true, 0, /*descending=*/true);
  const auto scaled = dataset.samples.narrow(0, row, 1);
  const auto nearest = found.nearest.narrow(0, row, 1);
  const auto values = unscale_rows(table, scaled)[0], usual = unscale_rows(table, nearest)[0];
  for (size_t i = 0; i < std::min(most, table.columns.size()); ++i) {
    const auto column = static_cast<size_t>(order[static_cast<int64_t>(i)].item<int64_t>());
    Reason reason{.column = column,
                  .share = errors[static_cast<int64_t>(column)].item<double>() / score,
                  .value = 0,
                  .usual = 0,
                  .word = {},
                  .usual_word = {}};
    if (table.columns[column].kind == ColumnKind::kNumber) {
      reason.value = values[place_of(table, column)].item<double>();
      reason.usual = usual[place_of(table, column)].item<double>();
    } else {
      const auto word = [&](const torch::Tensor& of) {
        const auto level = levels_of(table, of, column)[0].item<int64_t>();
        return table.columns[column].levels[static_cast<size_t>(level)];
      };
      reason.word = word(scaled);
      reason.usual_word = word(nearest);
    }
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

double threshold(const UsualCodes& usual, double quantile) {
  return quantile_of(usual.scores, quantile).item<double>();
}

int64_t least_samples(double quantile) {
  // 1 - 0.99 is a little more than 0.01.
  return std::llround(std::ceil(1 / (1 - quantile) - 1e-6));
}

}  // namespace diabolo
