#include "lib/analysis/ranking.hpp"

#include <algorithm>
#include <stdexcept>

namespace diabolo {
namespace {

struct Scored {
  double score;
  bool wanted;
};

/// The highest first.
std::vector<Scored> sorted(const torch::Tensor& scores, const torch::Tensor& wanted) {
  const auto values = scores.to(torch::kFloat64).contiguous();
  const auto marks = wanted.to(torch::kBool).contiguous();
  std::vector<Scored> result;
  for (int64_t i = 0; i < values.numel(); ++i) {
    result.push_back({values.const_data_ptr<double>()[i], marks.const_data_ptr<bool>()[i]});
  }
  std::ranges::stable_sort(result, std::greater<>(), &Scored::score);
  return result;
}

}  // namespace

Ranking rank(const torch::Tensor& scores, const torch::Tensor& wanted) {
  const auto all = static_cast<double>(wanted.numel());
  const auto positives = wanted.sum().item<double>();
  if (positives == 0 || positives == all) {
    throw std::invalid_argument("a ranking needs samples that are wanted and others");
  }
  Ranking result;
  result.false_positive_rate = {0};
  result.true_positive_rate = {0};
  const std::vector<Scored> order = sorted(scores, wanted);
  double found = 0;
  for (size_t i = 0; i < order.size(); ++i) {
    if (order[i].wanted) ++found;
    // Samples of one score come together.
    if (i + 1 < order.size() && order[i + 1].score == order[i].score) continue;
    const auto taken = static_cast<double>(i + 1);
    const double recall = found / positives;
    const double wrong = (taken - found) / (all - positives);
    result.auroc += (wrong - result.false_positive_rate.back()) *
                    (recall + result.true_positive_rate.back()) / 2;
    result.average_precision += (recall - result.true_positive_rate.back()) * found / taken;
    result.false_positive_rate.push_back(wrong);
    result.true_positive_rate.push_back(recall);
    result.recall.push_back(recall);
    result.precision.push_back(found / taken);
  }
  return result;
}

}  // namespace diabolo
