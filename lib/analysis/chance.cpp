#include "lib/analysis/chance.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "lib/data/random.hpp"

namespace diabolo {

double chance_of(double observed, const std::vector<double>& shuffled) {
  const auto count = static_cast<double>(shuffled.size());
  const double mean = std::accumulate(shuffled.begin(), shuffled.end(), 0.0) / count;
  double squares = 0;
  for (const double figure : shuffled) squares += (figure - mean) * (figure - mean);
  const double spread = std::sqrt(squares / (count - 1) * (1 + 1 / count));
  if (spread == 0) return observed > mean ? 0 : 1;
  const double t = (observed - mean) / spread;
  // Student's t as a normal number, to within a few percent of its tail (Wallace 1959).
  const double degrees = count - 1;
  const double size = std::sqrt(degrees * std::log1p(t * t / degrees));
  const double normal = std::copysign(size * (8 * degrees + 1) / (8 * degrees + 3), t);
  return std::erfc(normal / std::sqrt(2.0)) / 2;
}

std::vector<bool> claims_that_stand(const std::vector<double>& chances, double rate) {
  std::vector<double> sorted = chances;
  std::ranges::sort(sorted);
  double limit = -1;
  for (size_t i = 0; i < sorted.size(); ++i) {
    const double allowed = rate * static_cast<double>(i + 1) / static_cast<double>(sorted.size());
    if (sorted[i] <= allowed) limit = sorted[i];
  }
  std::vector<bool> stand;
  for (const double chance : chances) stand.push_back(chance <= limit);
  return stand;
}

std::vector<int64_t> shuffled_within(const std::vector<int64_t>& group, uint64_t draw) {
  constexpr uint64_t kOfShufflings = 7;  // Apart from other uses of subsamples.
  std::map<int64_t, std::vector<int64_t>> members;
  for (size_t i = 0; i < group.size(); ++i) members[group[i]].push_back(static_cast<int64_t>(i));
  std::vector<int64_t> order(group.size());
  for (const auto& [name, places] : members) {
    const auto state =
        random_state(static_cast<uint64_t>(name), Purpose::kSubsample, kOfShufflings, draw);
    const auto moved = permutation(static_cast<int64_t>(places.size()), state);
    for (size_t i = 0; i < places.size(); ++i) {
      order[static_cast<size_t>(places[i])] = places[static_cast<size_t>(moved[i])];
    }
  }
  return order;
}

}  // namespace diabolo
