#include "lib/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/data/random.hpp"

namespace diabolo {

Split split_validation(const Dataset& dataset, double fraction, uint64_t seed) {
  if (fraction == 0.0) return {.train = dataset, .validation = {}};
  const int64_t count = dataset.size();
  if (count < 2) {
    throw std::invalid_argument("one sample cannot be split; give --validation 0");
  }
  const auto wanted = std::llround(static_cast<double>(count) * fraction);
  const int64_t held_out = std::clamp<int64_t>(wanted, 1, count - 1);
  const auto order = permutation(count, random_state(seed, Purpose::kSplit, 0, 0));
  std::vector<int64_t> validation(order.begin(), order.begin() + held_out);
  std::vector<int64_t> train(order.begin() + held_out, order.end());
  std::ranges::sort(validation);
  std::ranges::sort(train);
  return {.train = dataset.select(train), .validation = dataset.select(validation)};
}

}  // namespace diabolo
