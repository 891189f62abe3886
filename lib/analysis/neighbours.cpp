#include "lib/analysis/neighbours.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "lib/analysis/points.hpp"
#include "lib/data/in_parallel.hpp"

namespace diabolo {
namespace {

constexpr int64_t kBlock = 256;
constexpr int64_t kGrain = 8;

/// The `size` smallest of the values offered.
template <typename Value>
class Smallest {
 public:
  Smallest(int64_t size, Value none) : heap_(static_cast<size_t>(size), none) {}
  const Value& greatest() const { return heap_.front(); }
  void offer(const Value& value) {
    if (!(value < heap_.front())) return;
    std::pop_heap(heap_.begin(), heap_.end());
    heap_.back() = value;
    std::push_heap(heap_.begin(), heap_.end());
  }
  std::vector<Value> sorted() && {
    std::sort_heap(heap_.begin(), heap_.end());
    return std::move(heap_);
  }

 private:
  std::vector<Value> heap_;
};

double squared_distance(const double* a, const double* b, int64_t size) {
  double sum = 0;
  for (int64_t k = 0; k < size; ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
  return sum;
}

/// Finds neighbours in two steps: float32 matrix products give squared distances and a bound on
/// their error; what may be among the nearest by that bound is measured in float64.
class NeighbourSearch {
 public:
  NeighbourSearch(const torch::Tensor& points, int64_t neighbours)
      : points_(points), neighbours_(neighbours) {
    const auto centred = points - points.mean(0);
    const auto scale = centred.abs().max().clamp_min(std::numeric_limits<double>::min());
    coarse_ = (centred / scale).to(torch::kFloat32);
    squares_ = coarse_.square().sum(1);
    // Sums of K products, and points rounded to float32: |x|^2 + |y|^2 - 2xy is off by no more than
    // this share of |x|^2 + |y|^2.
    share_ = static_cast<float>(points.size(1) + 16) * std::numeric_limits<float>::epsilon();
  }

  /// Into `result` [N, neighbours] for the points [begin, begin + count).
  void find(int64_t begin, int64_t count, torch::Tensor& result) const {
    const auto squares = squares_ * (1 - share_);
    const auto least =
        at::addmm(squares, coarse_.narrow(0, begin, count), coarse_.t(), /*beta=*/1, /*alpha=*/-2)
            .add_(squares.narrow(0, begin, count).unsqueeze(1));
    in_parallel(count, kGrain, [&](int64_t first, int64_t last) {
      for (int64_t row = first; row < last; ++row) {
        const float* bounds = least.const_data_ptr<float>() + row * points_.size(0);
        nearest(begin + row, bounds, result.mutable_data_ptr<int64_t>());
      }
    });
  }

 private:
  /// A distance that `neighbours` points at least do not exceed.
  float reach(int64_t point, const float* least) const {
    const float* squares = squares_.const_data_ptr<float>();
    const float margin = 2 * share_;
    Smallest<float> greatest(neighbours_, std::numeric_limits<float>::infinity());
    for (int64_t other = 0; other < points_.size(0); ++other) {
      if (other != point) greatest.offer(least[other] + margin * (squares[point] + squares[other]));
    }
    return greatest.greatest();
  }

  void nearest(int64_t point, const float* least, int64_t* result) const {
    const double* points = points_.const_data_ptr<double>();
    const int64_t size = points_.size(1);
    const float limit = reach(point, least);
    using Found = std::pair<double, int64_t>;
    Smallest<Found> found(neighbours_, {std::numeric_limits<double>::infinity(), 0});
    for (int64_t other = 0; other < points_.size(0); ++other) {
      if (other == point || least[other] > limit) continue;
      found.offer({squared_distance(points + point * size, points + other * size, size), other});
      if (found.greatest().first <= 0) break;  // Nothing is nearer than a copy.
    }
    int64_t* place = result + point * neighbours_;
    for (const auto& [distance, other] : std::move(found).sorted()) *place++ = other;
  }

  torch::Tensor points_;   // [N, K] float64
  torch::Tensor coarse_;   // [N, K] float32, centred, within [-1, 1]
  torch::Tensor squares_;  // [N] float32
  int64_t neighbours_;
  float share_;
};

int64_t most_frequent(const int64_t* neighbours, int64_t count, const int64_t* labels) {
  std::map<int64_t, int64_t> votes;
  for (int64_t i = 0; i < count; ++i) ++votes[labels[neighbours[i]]];
  const auto fewer = [](const auto& a, const auto& b) { return a.second < b.second; };
  return std::max_element(votes.begin(), votes.end(), fewer)->first;
}

/// How far beyond the `count` nearest each of `neighbours` lies by `distances` to `point`, summed.
int64_t excess_ranks(const double* distances, int64_t size, int64_t point,
                     const int64_t* neighbours, int64_t count) {
  int64_t sum = 0;
  for (int64_t i = 0; i < count; ++i) {
    const std::pair own{distances[neighbours[i]], neighbours[i]};
    int64_t rank = 1;
    for (int64_t other = 0; other < size; ++other) {
      if (other != point && std::pair{distances[other], other} < own) ++rank;
    }
    sum += std::max<int64_t>(0, rank - count);
  }
  return sum;
}

void check_trustworthiness(int64_t high, int64_t low, int64_t neighbours) {
  if (high != low) {
    throw std::invalid_argument("trustworthiness of " + std::to_string(low) + " points for " +
                                std::to_string(high) + " samples: needed is one for each");
  }
  if (2 * neighbours >= high) {
    throw std::invalid_argument("trustworthiness with " + std::to_string(neighbours) +
                                " neighbours needs more than " + std::to_string(2 * neighbours) +
                                " samples, but there are " + std::to_string(high));
  }
}

}  // namespace

torch::Tensor nearest_neighbours(const torch::Tensor& points, int64_t neighbours) {
  const torch::NoGradGuard no_grad;
  if (neighbours < 1) {
    throw std::invalid_argument(std::to_string(neighbours) + " neighbours: needed is 1 or more");
  }
  const auto checked = checked_points(points, "points");
  const int64_t count = checked.size(0);
  const int64_t wanted = std::min(neighbours, count - 1);
  auto result = torch::empty({count, wanted}, torch::kInt64);
  const NeighbourSearch search(checked, wanted);
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    search.find(begin, std::min(kBlock, count - begin), result);
  }
  return result;
}

double knn_accuracy(const torch::Tensor& codes, const torch::Tensor& labels, int64_t neighbours) {
  const auto nearest = nearest_neighbours(codes, neighbours);
  const auto checked = checked_labels(labels, codes.size(0));
  const int64_t* label = checked.const_data_ptr<int64_t>();
  const int64_t* row = nearest.const_data_ptr<int64_t>();
  int64_t right = 0;
  for (int64_t i = 0; i < nearest.size(0); ++i, row += nearest.size(1)) {
    if (most_frequent(row, nearest.size(1), label) == label[i]) ++right;
  }
  return static_cast<double>(right) / static_cast<double>(nearest.size(0));
}

double trustworthiness(const torch::Tensor& high, const torch::Tensor& low, int64_t neighbours) {
  const torch::NoGradGuard no_grad;
  const auto samples = checked_points(high, "samples");
  const int64_t count = samples.size(0);
  check_trustworthiness(count, checked_points(low, "codes").size(0), neighbours);
  const auto nearest = nearest_neighbours(low, neighbours);
  const int64_t* near = nearest.const_data_ptr<int64_t>();
  int64_t sum = 0;
  for (int64_t begin = 0; begin < count; begin += kBlock) {
    const int64_t rows = std::min(kBlock, count - begin);
    const auto distances =
        at::cdist(samples.narrow(0, begin, rows), samples, /*p=*/2, /*without products*/ 2);
    for (int64_t row = 0; row < rows; ++row) {
      const int64_t point = begin + row;
      sum += excess_ranks(distances.const_data_ptr<double>() + row * count, count, point,
                          near + point * neighbours, neighbours);
    }
  }
  const auto n = static_cast<double>(count);
  const auto k = static_cast<double>(neighbours);
  return 1 - 2 * static_cast<double>(sum) / (n * k * (2 * n - 3 * k - 1));
}

}  // namespace diabolo
