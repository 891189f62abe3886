#include "lib/data/random.hpp"

#include <numeric>
#include <utility>

namespace diabolo {

uint64_t random_state(uint64_t seed, Purpose purpose, uint64_t epoch, uint64_t index) {
  uint64_t state = seed;
  for (const uint64_t word : {static_cast<uint64_t>(purpose), epoch, index}) {
    state = Random(state ^ (word * 0xD1B54A32D192ED03ULL)).next();
  }
  return state;
}

uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  uint64_t z = state_;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

uint64_t Random::below(uint64_t count) {
  // The remainder favours small numbers by count / 2^64: nothing, for any data that fits a machine.
  return next() % count;
}

double Random::unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::vector<int64_t> permutation(int64_t count, uint64_t state) {
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), int64_t{0});
  Random random(state);
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
  return order;
}

}  // namespace diabolo
