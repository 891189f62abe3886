#include "lib/analysis/relations.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

#include "lib/analysis/chance.hpp"
#include "lib/analysis/out_of_fold.hpp"
#include "lib/data/split.hpp"
#include "lib/training/precision.hpp"

namespace diabolo {
namespace {

constexpr int64_t kMostRows = 5'000;
constexpr int64_t kSourceRows = 1'000;
constexpr uint64_t kSourceDraws = 50;
constexpr double kLeastDraws = 999, kMostDraws = 9'999;

/// Sums of each column's values: [D] to [columns].
torch::Tensor per_column(const Table& table, const torch::Tensor& values) {
  std::vector<torch::Tensor> sums;
  int64_t at = 0;
  for (const Column& column : table.columns) {
    sums.push_back(values.narrow(0, at, column.width()).sum());
    at += column.width();
  }
  return torch::stack(sums);
}

torch::Tensor squared(const torch::Tensor& difference) {
  return difference.square().sum(0, false, torch::kFloat64);
}

/// For each column the share of shufflings of `wanted` that `told` fits as well as `wanted` itself,
/// the observed one counted in: an exact test, since `told` was fitted to other rows.
torch::Tensor chances_of(const Table& table, const torch::Tensor& wanted, const torch::Tensor& told,
                         const std::vector<int64_t>& folds, int64_t draws) {
  // Squares do not change by shuffling, so the products say which fits better.
  const auto fit = [&](const torch::Tensor& rows) {
    return per_column(table, (rows * told).sum(0, false, torch::kFloat64));
  };
  const auto observed = fit(wanted);
  auto as_good = torch::ones_like(observed);
  for (int64_t draw = 0; draw < draws; ++draw) {
    const auto order = torch::tensor(shuffled_within(folds, static_cast<uint64_t>(draw)));
    as_good += fit(wanted.index_select(0, order)) >= observed;
  }
  return as_good / static_cast<double>(draws + 1);
}

std::vector<double> numbers_of(const torch::Tensor& values) {
  const auto flat = values.to(torch::kFloat64).contiguous();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

/// Begin and width of each column among the values of a row.
std::vector<std::pair<int64_t, int64_t>> places_of(const Table& table) {
  std::vector<std::pair<int64_t, int64_t>> places;
  int64_t at = 0;
  for (const Column& column : table.columns) {
    places.emplace_back(at, column.width());
    at += column.width();
  }
  return places;
}

std::vector<Relation> judge(const Table& table, const OutOfFold& told, double rate) {
  const auto count = static_cast<double>(table.columns.size());
  const auto draws = static_cast<int64_t>(std::clamp(2 * count / rate, kLeastDraws, kMostDraws));
  const auto left = told.rows - told.linear;
  const auto total = per_column(table, squared(told.rows)).clamp_min(1e-12);
  const auto linear = numbers_of(1 - per_column(table, squared(left)) / total);
  const auto curved = numbers_of(1 - per_column(table, squared(left - told.bend)) / total);
  const auto chances =
      numbers_of(chances_of(table, told.rows, told.linear + told.bend, told.folds, draws));
  const auto bends = numbers_of(chances_of(table, left, told.bend, told.folds, draws));
  const auto stand = claims_that_stand(chances, rate), bent = claims_that_stand(bends, rate);
  std::vector<Relation> relations;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    Relation relation{.column = i,
                      .linear = linear[i],
                      .curved = curved[i],
                      .chance = chances[i],
                      .bend_chance = bends[i],
                      .follows = stand[i] && std::max(linear[i], curved[i]) >= kLeastR2,
                      .shape = Shape::kLinear,
                      .from = {}};
    if (bent[i] && curved[i] - std::max(linear[i], 0.0) >= kLeastBend) {
      relation.shape = Shape::kCurved;
    }
    relations.push_back(relation);
  }
  return relations;
}

/// Squared errors of the targets once the values [begin, begin + width) are shuffled by `order`.
torch::Tensor errors_with(const OutOfFold& told, const Table& table, const torch::Tensor& rows,
                          const std::pair<int64_t, int64_t>& place, const torch::Tensor& order,
                          const torch::Tensor& which) {
  auto changed = rows.clone();
  const auto values = changed.narrow(1, place.first, place.second);
  values.copy_(values.index_select(0, order));
  const auto answer = told.predict(changed, which);
  auto errors = torch::zeros({rows.size(1)}, torch::kFloat64);
  errors.index_put_({which}, squared(rows.index_select(1, which) - answer));
  return per_column(table, errors);
}

/// Every pair of a target that follows and another column: a claim that the one follows from it.
void find_sources(const Table& table, const OutOfFold& all, double rate,
                  std::vector<Relation>& relations) {
  const OutOfFold told = all.head(kSourceRows);
  const auto places = places_of(table);
  std::vector<int64_t> values;
  for (const Relation& relation : relations) {
    const auto [begin, width] = places[relation.column];
    for (int64_t i = 0; relation.follows && i < width; ++i) values.push_back(begin + i);
  }
  if (values.empty()) return;
  const auto which = torch::tensor(values, torch::kInt64);
  const auto total = numbers_of(per_column(table, squared(told.rows)).clamp_min(1e-12));
  const auto same = torch::arange(told.rows.size(0), torch::kInt64);
  std::vector<std::pair<size_t, Source>> claims;  // Of the relation at an index.
  for (size_t j = 0; j < places.size(); ++j) {
    const auto as_is = numbers_of(errors_with(told, table, told.rows, places[j], same, which));
    std::vector<std::vector<double>> shuffled(table.columns.size());
    for (uint64_t draw = 0; draw < kSourceDraws; ++draw) {
      const auto order = torch::tensor(shuffled_within(told.folds, draw));
      const auto errors = numbers_of(errors_with(told, table, told.rows, places[j], order, which));
      for (size_t i = 0; i < errors.size(); ++i) shuffled[i].push_back(-errors[i]);
    }
    for (size_t i = 0; i < relations.size(); ++i) {
      if (i == j || !relations[i].follows) continue;
      double mean = 0;
      for (const double error : shuffled[i]) mean -= error / static_cast<double>(kSourceDraws);
      claims.push_back({i,
                        {.column = j,
                         .loss = (mean - as_is[i]) / total[i],
                         .chance = chance_of(-as_is[i], shuffled[i])}});
    }
  }
  std::vector<double> chances;
  for (const auto& [at, source] : claims) chances.push_back(source.chance);
  const auto stand = claims_that_stand(chances, rate);
  for (size_t i = 0; i < claims.size(); ++i) {
    const auto& [at, source] = claims[i];
    if (stand[i] && source.loss >= kLeastSource) relations[at].from.push_back(source);
  }
  for (Relation& relation : relations) {
    std::ranges::stable_sort(relation.from, std::greater<>(), &Source::loss);
  }
}

}  // namespace

std::vector<Relation> find_relations(const Dataset& dataset, double rate) {
  const Table& table = *dataset.table;
  if (dataset.size() < kLeastRows) {
    throw std::invalid_argument("fewer than " + std::to_string(kLeastRows) + " rows");
  }
  if (table.width() > kMostValues) {
    throw std::invalid_argument("more than " + std::to_string(kMostValues) + " values a row");
  }
  const torch::NoGradGuard no_grad;
  const ThreadScope threads(1);  // More would wait for each other in such small products.
  const OutOfFold told(table, drawn_samples(dataset, kMostRows).samples);
  std::vector<Relation> relations = judge(table, told, rate);
  find_sources(table, told, rate, relations);
  return relations;
}

}  // namespace diabolo
