#pragma once

#include <cstdint>
#include <vector>

namespace diabolo {

/// What a random number is for, so that one seed never gives two uses the same numbers.
enum class Purpose : uint64_t {
  kSplit = 1,
  kOrder = 2,
  kNoise = 3,
  kShift = 4,
  kSubsample = 5,
  kPatch = 6,
  kAugment = 7,
  kCode = 8
};

/// A generator state for one (seed, purpose, epoch, index): nothing has to be stored to go on
/// from the middle of a run, and no order of work changes a number.
uint64_t random_state(uint64_t seed, Purpose purpose, uint64_t epoch, uint64_t index);

/// SplitMix64 (Steele, Lea, Flood 2014): small, fast, the same on every machine.
/// By hand because the standard library's distributions differ between implementations.
class Random {
 public:
  explicit Random(uint64_t state) : state_(state) {}
  uint64_t next();
  uint64_t below(uint64_t count);  ///< In [0, count), count > 0.
  double unit();                   ///< In [0, 1).

 private:
  uint64_t state_;
};

/// 0 … count - 1 in an order drawn from `state`.
std::vector<int64_t> permutation(int64_t count, uint64_t state);

}  // namespace diabolo
