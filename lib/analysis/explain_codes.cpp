#include "lib/analysis/explain_codes.hpp"

#include <torch/csrc/autograd/autograd.h>
#include <torch/utils.h>

#include <algorithm>
#include <stdexcept>

#include "lib/analysis/anomalies.hpp"
#include "lib/analysis/chance.hpp"
#include "lib/data/split.hpp"

namespace diabolo {
namespace {

constexpr int64_t kMostRows = 1'000;
constexpr int64_t kSteps = 32;  // Of the way from the mean to a row.
constexpr uint64_t kDraws = 99;

/// Integrated gradients of number `unit` of the code: [N, D] float32.
torch::Tensor integrated(const TrainedModel& model, const torch::Tensor& x, int64_t unit) {
  const torch::AutoGradMode with_grad(true);
  Autoencoder network = model.network;
  const auto way = x - model.pca.mean;
  auto sum = torch::zeros_like(x);
  for (int64_t step = 0; step < kSteps; ++step) {
    const double share = (static_cast<double>(step) + 0.5) / static_cast<double>(kSteps);
    const auto input = (model.pca.mean + share * way).detach().requires_grad_(true);
    const auto code = network->encode(input).flatten(1).select(1, unit).sum();
    sum += torch::autograd::grad({code}, {input})[0];
  }
  return way * sum / static_cast<double>(kSteps);
}

/// [columns] float64: with the sign of how the unit goes with the column.
torch::Tensor signed_shares(const Table& table, const torch::Tensor& gradients,
                            const torch::Tensor& way) {
  const auto parts = by_column(table, gradients);
  const auto sizes = parts.abs().mean(0);
  auto shares = sizes / sizes.sum().clamp_min(1e-12);
  int64_t at = 0;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const auto column = static_cast<int64_t>(i);
    const bool number = table.columns[i].kind == ColumnKind::kNumber;
    if (number && (parts.select(1, column) * way.select(1, at)).sum().item<double>() < 0) {
      shares[column].neg_();
    }
    at += table.columns[i].width();
  }
  return shares;
}

/// Rows with one column shuffled, on their way through the network.
struct Shuffled {
  torch::Tensor codes;  ///< [N, K]
  double error = 0;     ///< Mean squared error of a row's other columns, summed.
};

class Shuffler {
 public:
  Shuffler(const TrainedModel& model, const torch::Tensor& x)
      : network_(model.network), x_(x), group_(static_cast<size_t>(x.size(0)), 0) {}

  /// The values [begin, begin + width) shuffled; as they are where `draw` is none.
  Shuffled operator()(int64_t begin, int64_t width, std::optional<uint64_t> draw) {
    auto changed = x_.clone();
    if (draw) {
      const auto values = changed.narrow(1, begin, width);
      values.copy_(values.index_select(0, torch::tensor(shuffled_within(group_, *draw))));
    }
    const auto codes = network_->encode(changed);
    auto errors = (network_->decode(codes) - x_).square();
    errors.narrow(1, begin, width).zero_();
    return {codes.flatten(1), errors.sum(1).mean(torch::kFloat64).item<double>()};
  }

 private:
  Autoencoder network_;
  torch::Tensor x_;
  std::vector<int64_t> group_;
};

/// Sets the column's loss and chance; returns its effects [K] float64.
torch::Tensor shuffle_column(Shuffler& shuffler, int64_t begin, int64_t width, double variance,
                             CarriedColumn& column) {
  const Shuffled as_is = shuffler(begin, width, {});
  const auto spread = as_is.codes.to(torch::kFloat64).var(0, /*unbiased=*/false);
  auto moves = torch::zeros_like(spread);
  std::vector<double> figures;
  double mean = 0;
  for (uint64_t draw = 0; draw < kDraws; ++draw) {
    const Shuffled shuffled = shuffler(begin, width, draw);
    moves += (shuffled.codes - as_is.codes).square().mean(0, false, torch::kFloat64);
    figures.push_back(-shuffled.error);
    mean += shuffled.error / static_cast<double>(kDraws);
  }
  column.loss = (mean - as_is.error) / std::max(variance, 1e-12);
  column.chance = chance_of(-as_is.error, figures);
  return moves / static_cast<double>(kDraws) / (2 * spread).clamp_min(1e-12);
}

}  // namespace

CodeExplanation explain_codes(const TrainedModel& model, const Dataset& dataset, double rate) {
  if (dataset.size() < kLeastCodeRows) {
    throw std::invalid_argument("fewer than " + std::to_string(kLeastCodeRows) + " rows");
  }
  const Table& table = *model.table;
  const auto x = drawn_samples(dataset, kMostRows).samples;
  CodeExplanation result;
  result.rows = x.size(0);
  Autoencoder network = model.network;
  std::vector<torch::Tensor> shares, effects;
  for (int64_t unit = 0; unit < network->options().latent; ++unit) {
    shares.push_back(signed_shares(table, integrated(model, x, unit), x - model.pca.mean));
  }
  result.shares = torch::stack(shares, 1);
  const torch::NoGradGuard no_grad;
  const auto variances = x.var(0, /*unbiased=*/false).to(torch::kFloat64);
  const double whole = variances.sum().item<double>();
  Shuffler shuffler(model, x);
  std::vector<double> chances;
  int64_t begin = 0;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const int64_t width = table.columns[i].width();
    const double own = variances.narrow(0, begin, width).sum().item<double>();
    CarriedColumn column{.column = i};
    effects.push_back(shuffle_column(shuffler, begin, width, whole - own, column));
    chances.push_back(column.chance);
    result.columns.push_back(column);
    begin += width;
  }
  result.effects = torch::stack(effects);
  const auto stand = claims_that_stand(chances, rate);
  for (size_t i = 0; i < stand.size(); ++i) {
    result.columns[i].carried = stand[i] && result.columns[i].loss >= kLeastLoss;
  }
  return result;
}

}  // namespace diabolo
