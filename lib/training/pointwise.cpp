#include "lib/training/pointwise.hpp"

#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "lib/data/in_parallel.hpp"
#include "lib/training/vector_math.hpp"

namespace diabolo {
namespace {

constexpr int64_t kBlock = 1024;    // Values, of one sum of losses.
constexpr int64_t kFewBlocks = 16;  // Not worth another thread.
using Lanes = std::array<float, kLanes>;

/// The values that a pass reads and writes, `count` of each.
struct Block {
  const float* in = nullptr;
  const float* target = nullptr;
  float* out = nullptr;
  int64_t count = 0;
  float scale = 1;
};

DIABOLO_PART double silu_of(Block block) {
  for (int64_t i = 0; i < block.count; i += kLanes) {
    const int64_t count = block.count - i;
    const Vector x = load(block.in + i, count);
    store(x * sigmoid(x), block.out + i, count);
  }
  return 0;
}

DIABOLO_PART double silu_slope_of(Block block) {
  for (int64_t i = 0; i < block.count; i += kLanes) {
    const int64_t count = block.count - i;
    const Vector x = load(block.in + i, count);
    const Vector s = sigmoid(x);
    store(load(block.out + i, count) * s * (1.0F + x * (1.0F - s)), block.out + i, count);
  }
  return 0;
}

/// l(y, t), and `slope` = dl/dy.
template <Loss kLoss>
DIABOLO_PART Vector loss_of_values(Vector y, Vector t, Vector& slope) {
  if constexpr (kLoss == Loss::kBce) {
    const Vector e = exponential(-absolute(y));
    const Vector s = 1.0F / (1.0F + e);
    slope = (y < 0 ? e * s : s) - t;
    return (y > 0 ? y : all(0)) + log_one_plus(e) - t * y;
  }
  const Vector e = y - t;
  if constexpr (kLoss == Loss::kMse) {
    slope = 2.0F * e;
    return e * e;
  }
  const Vector sign = e > 0 ? all(1) : (e < 0 ? all(-1) : e);
  if constexpr (kLoss == Loss::kL1) {
    slope = sign;
    return absolute(e);
  }
  const Integers is_small = absolute(e) < 1.0F;
  slope = is_small ? e : sign;
  return is_small ? e * e * 0.5F : absolute(e) - 0.5F;
}

template <Loss kLoss, bool kThroughSigmoid>
DIABOLO_PART double loss_of_block(Block block) {
  Vector sums{};
  for (int64_t i = 0; i < block.count; i += kLanes) {
    const int64_t count = block.count - i;
    const Vector z = load(block.in + i, count);
    const Vector y = kThroughSigmoid ? sigmoid(z) : z;
    Vector slope;
    Vector losses = loss_of_values<kLoss>(y, load(block.target + i, count), slope);
    if (count < kLanes) {
      Lanes kept{};
      store(losses, kept.data(), count);
      losses = load(kept.data(), kLanes);
    }
    sums += losses;
    slope *= block.scale;
    if (kThroughSigmoid) slope *= y * (1.0F - y);
    store(slope, block.out + i, count);
  }
  Lanes lanes;
  store(sums, lanes.data(), kLanes);
  double sum = 0;
  for (const float lane : lanes) sum += static_cast<double>(lane);
  return sum;
}

/// Compiled twice, for any processor and for those with AVX2.
using Pass = double (*)(Block);

struct Passes {
  Pass any, avx2;

  Pass of(Instructions instructions) const {
    return instructions == Instructions::kAny ? any : avx2;
  }
};

template <Pass kPass>
double with_any(Block block) {
  return kPass(block);
}

template <Pass kPass>
DIABOLO_AVX2 double with_avx2(Block block) {
  return kPass(block);
}

template <Pass kPass>
constexpr Passes kPasses{with_any<kPass>, with_avx2<kPass>};

Passes pass_of_loss(Loss loss, bool through_sigmoid) {
  switch (loss) {
    case Loss::kMse:
      return through_sigmoid ? kPasses<loss_of_block<Loss::kMse, true>>
                             : kPasses<loss_of_block<Loss::kMse, false>>;
    case Loss::kBce:
      return kPasses<loss_of_block<Loss::kBce, false>>;
    case Loss::kHuber:
      return through_sigmoid ? kPasses<loss_of_block<Loss::kHuber, true>>
                             : kPasses<loss_of_block<Loss::kHuber, false>>;
    case Loss::kL1:
      return through_sigmoid ? kPasses<loss_of_block<Loss::kL1, true>>
                             : kPasses<loss_of_block<Loss::kL1, false>>;
  }
  throw std::logic_error("a loss without a formula");
}

/// Block by block; returns what the passes over them do, added in the order of the blocks.
double pass_over(const Block& values, Pass pass) {
  const int64_t blocks = (values.count + kBlock - 1) / kBlock;
  std::vector<double> sums(static_cast<size_t>(blocks));
  in_parallel(blocks, kFewBlocks, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i * kBlock;
      Block block = values;
      block.in += first;
      if (block.target != nullptr) block.target += first;
      block.out += first;
      block.count = std::min(kBlock, values.count - first);
      sums[static_cast<size_t>(i)] = pass(block);
    }
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

void require_alike(const torch::Tensor& a, const torch::Tensor& b) {
  TORCH_CHECK(a.is_contiguous() && b.is_contiguous(), "values that do not lie side by side");
  TORCH_CHECK(a.sizes() == b.sizes() && a.numel() > 0, "values of other sizes, or none");
}

}  // namespace

void silu(const torch::Tensor& sum, const torch::Tensor& value, Instructions instructions) {
  require_alike(sum, value);
  const Block values{.in = sum.const_data_ptr<float>(),
                     .out = value.mutable_data_ptr<float>(),
                     .count = sum.numel()};
  pass_over(values, kPasses<silu_of>.of(instructions));
}

void multiply_by_silu_slope(const torch::Tensor& sum, const torch::Tensor& gradient,
                            Instructions instructions) {
  require_alike(sum, gradient);
  const Block values{.in = sum.const_data_ptr<float>(),
                     .out = gradient.mutable_data_ptr<float>(),
                     .count = sum.numel()};
  pass_over(values, kPasses<silu_slope_of>.of(instructions));
}

double loss_and_slopes(Loss loss, Output output, const torch::Tensor& logits,
                       const torch::Tensor& target, const torch::Tensor& slopes, double weight,
                       Instructions instructions) {
  require_alike(logits, target);
  require_alike(logits, slopes);
  const auto count = static_cast<double>(logits.numel());
  const Block values{.in = logits.const_data_ptr<float>(),
                     .target = target.const_data_ptr<float>(),
                     .out = slopes.mutable_data_ptr<float>(),
                     .count = logits.numel(),
                     .scale = static_cast<float>(weight / count)};
  const Passes passes = pass_of_loss(loss, output == Output::kSigmoid);
  return pass_over(values, passes.of(instructions)) / count;
}

}  // namespace diabolo
