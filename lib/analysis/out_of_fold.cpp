#include "lib/analysis/out_of_fold.hpp"

#include <ATen/Functions.h>

#include <algorithm>
#include <array>

#include "lib/data/random.hpp"

namespace diabolo {
namespace {

constexpr int64_t kFolds = 3;
constexpr uint64_t kOfFolds = 13;  // Apart from other uses of subsamples.
constexpr std::array kPenalties = {1.0, 10.0, 100.0};
constexpr int64_t kHeldShare = 7;  // One row of so many tells which penalty is best.

/// [D, D] float32: 1 where column of value t may be told by value v, which is of another column.
torch::Tensor others(const Table& table) {
  auto sees = torch::ones({table.width(), table.width()});
  int64_t at = 0;
  for (const Column& column : table.columns) {
    sees.narrow(0, at, column.width()).narrow(1, at, column.width()).zero_();
    at += column.width();
  }
  return sees;
}

/// Weights that predict value t from those that it sees: [D].
torch::Tensor ridge_of(const torch::Tensor& products, const torch::Tensor& sees, int64_t t,
                       double penalty) {
  const auto seen = sees.select(1, t).nonzero().flatten();
  const auto among = products.index_select(0, seen).index_select(1, seen);
  const auto wanted = products.select(1, t).index_select(0, seen);
  const auto solved = at::linalg_solve(among + penalty * torch::eye(seen.size(0), torch::kFloat64),
                                       wanted.unsqueeze(1));
  auto weights = torch::zeros({products.size(0)}, torch::kFloat64);
  weights.index_put_({seen}, solved.squeeze(1));
  return weights;
}

/// The penalty of each value is the one that is best on rows that it was not fitted to.
torch::Tensor fit_ridge(const torch::Tensor& x, const torch::Tensor& sees) {
  const int64_t held = x.size(0) / kHeldShare;
  const auto rows = x.slice(0, held), judged = x.slice(0, 0, held);
  const auto inner = rows.t().mm(rows), products = x.t().mm(x);
  std::vector<torch::Tensor> weights;
  for (int64_t t = 0; t < x.size(1); ++t) {
    double least = -1, best = kPenalties.back();
    for (const double penalty : kPenalties) {
      const auto told = judged.mv(ridge_of(inner, sees, t, penalty));
      const double error = (told - judged.select(1, t)).square().sum().item<double>();
      if (least >= 0 && error >= least) continue;
      least = error;
      best = penalty;
    }
    weights.push_back(ridge_of(products, sees, t, best));
  }
  return torch::stack(weights, 1);
}

}  // namespace

OutOfFold::OutOfFold(const Table& table, const torch::Tensor& given) {
  const auto mean = given.mean(0), deviation = given.std(0, /*unbiased=*/false);
  rows = (given - mean) / deviation.clamp_min(1e-6);
  const auto order = permutation(rows.size(0), random_state(0, Purpose::kSubsample, kOfFolds, 0));
  folds.resize(order.size());
  for (size_t i = 0; i < order.size(); ++i) {
    folds[static_cast<size_t>(order[i])] = static_cast<int64_t>(i) % kFolds;
  }
  const auto sees = others(table);
  linear = torch::zeros_like(rows);
  bend = torch::zeros_like(rows);
  for (int64_t fold = 0; fold < kFolds; ++fold) {
    const auto fitted_to = rows.index_select(0, rows_of(fold, /*in_it=*/false));
    const auto ridge = fit_ridge(fitted_to.to(torch::kFloat64), sees).to(torch::kFloat32);
    const SmallNetworks networks(fitted_to, fitted_to - fitted_to.mm(ridge), sees);
    fitted_.push_back({ridge, networks});
    const auto in_it = rows_of(fold, /*in_it=*/true);
    const auto judged = rows.index_select(0, in_it);
    linear.index_put_({in_it}, judged.mm(ridge));
    bend.index_put_({in_it}, networks(judged));
  }
}

torch::Tensor OutOfFold::rows_of(int64_t fold, bool in_it) const {
  std::vector<int64_t> found;
  for (size_t i = 0; i < folds.size(); ++i) {
    if ((folds[i] == fold) == in_it) found.push_back(static_cast<int64_t>(i));
  }
  return torch::tensor(found, torch::kInt64);
}

OutOfFold OutOfFold::head(int64_t count) const {
  OutOfFold result = *this;
  const int64_t kept = std::min(count, rows.size(0));
  for (auto* part : {&result.rows, &result.linear, &result.bend}) *part = part->slice(0, 0, kept);
  result.folds.resize(static_cast<size_t>(kept));
  return result;
}

torch::Tensor OutOfFold::predict(const torch::Tensor& changed, const torch::Tensor& which) const {
  auto told = torch::zeros({changed.size(0), which.size(0)});
  for (int64_t fold = 0; fold < kFolds; ++fold) {
    const auto in_it = rows_of(fold, /*in_it=*/true);
    const auto some = changed.index_select(0, in_it);
    const Fitted& fitted = fitted_[static_cast<size_t>(fold)];
    told.index_put_({in_it},
                    some.mm(fitted.ridge.index_select(1, which)) + fitted.networks(some, which));
  }
  return told;
}

}  // namespace diabolo
