#pragma once

#include <array>

#include "lib/training/loss.hpp"
#include "lib/training/vector_math.hpp"

// What pointwise.hpp computes: each pass by vectors `Floats` of some processor's width, of values
// in float32 or bfloat16.

namespace diabolo::passes {

/// The values that a pass reads and writes, `count` of each.
template <typename Value>
struct Block {
  const Value* in = nullptr;
  const float* target = nullptr;
  Value* out = nullptr;
  int64_t count = 0;
  float scale = 1;
};

/// out = f(in)
template <typename Function>
struct Map {
  template <typename Floats, typename Value>
  DIABOLO_PART static double pass(const Block<Value>& block) {
    for (int64_t i = 0; i < block.count; i += kLanesOf<Floats>) {
      const int64_t count = block.count - i;
      store(Function::of(load<Floats>(block.in + i, count)), block.out + i, count);
    }
    return 0;
  }
};

/// out = f(in, out)
template <typename Function>
struct Update {
  template <typename Floats, typename Value>
  DIABOLO_PART static double pass(const Block<Value>& block) {
    for (int64_t i = 0; i < block.count; i += kLanesOf<Floats>) {
      const int64_t count = block.count - i;
      const auto x = load<Floats>(block.in + i, count);
      store(Function::of(x, load<Floats>(block.out + i, count)), block.out + i, count);
    }
    return 0;
  }
};

struct Silu {
  template <typename Floats>
  DIABOLO_PART static Floats of(Floats x) {
    return x * sigmoid(x);
  }
};

struct TimesSiluSlope {
  template <typename Floats>
  DIABOLO_PART static Floats of(Floats x, Floats gradient) {
    const Floats s = sigmoid(x);
    return gradient * (s * (1.0F + x * (1.0F - s)));
  }
};

struct Relu {
  template <typename Floats>
  DIABOLO_PART static Floats of(Floats x) {
    return x <= 0 ? all<Floats>(0) : x;
  }
};

struct TimesReluSlope {
  template <typename Floats>
  DIABOLO_PART static Floats of(Floats x, Floats gradient) {
    return x <= 0 ? all<Floats>(0) : gradient;
  }
};

/// l(y, t), and `slope` = dl/dy.
template <Loss kLoss, typename Floats>
DIABOLO_PART Floats loss_of_values(Floats y, Floats t, Floats& slope) {
  using Integers = typename VectorsLike<Floats>::Integers;
  if constexpr (kLoss == Loss::kBce) {
    const Floats e = exponential(-absolute(y));
    const Floats s = 1.0F / (1.0F + e);
    slope = (y < 0 ? e * s : s) - t;
    return (y > 0 ? y : all<Floats>(0)) + log_one_plus(e) - t * y;
  }
  const Floats e = y - t;
  if constexpr (kLoss == Loss::kMse) {
    slope = 2.0F * e;
    return e * e;
  }
  const Floats sign = e > 0 ? all<Floats>(1) : (e < 0 ? all<Floats>(-1) : e);
  if constexpr (kLoss == Loss::kL1) {
    slope = sign;
    return absolute(e);
  }
  const Integers is_small = absolute(e) < 1.0F;
  slope = is_small ? e : sign;
  return is_small ? e * e * 0.5F : absolute(e) - 0.5F;
}

template <Loss kLoss, bool kThroughSigmoid>
struct LossAndSlope {
  /// Returns the sum of the losses.
  template <typename Floats, typename Value>
  DIABOLO_PART static double pass(const Block<Value>& block) {
    Floats sums{};
    for (int64_t i = 0; i < block.count; i += kLanesOf<Floats>) {
      const int64_t count = block.count - i;
      const auto z = load<Floats>(block.in + i, count);
      const Floats y = kThroughSigmoid ? sigmoid(z) : z;
      Floats slope;
      Floats losses = loss_of_values<kLoss>(y, load<Floats>(block.target + i, count), slope);
      if (count < kLanesOf<Floats>) {
        std::array<float, static_cast<size_t>(kLanesOf<Floats>)> kept{};
        store(losses, kept.data(), count);
        losses = load<Floats>(kept.data(), kLanesOf<Floats>);
      }
      sums += losses;
      slope *= block.scale;
      if (kThroughSigmoid) slope *= y * (1.0F - y);
      store(slope, block.out + i, count);
    }
    double sum = 0;
    for (int64_t lane = 0; lane < kLanesOf<Floats>; ++lane) sum += static_cast<double>(sums[lane]);
    return sum;
  }
};

/// Columns of some rows of a matrix, `count` of them; its rows are `stride` apart.
template <typename Value>
struct Columns {
  const Value* in = nullptr;
  int64_t rows = 0;
  int64_t stride = 0;
  float* out = nullptr;
  int64_t count = 0;
};

struct ColumnSums {
  template <typename Floats, typename Value>
  DIABOLO_PART static double pass(const Columns<Value>& columns) {
    int64_t i = 0;
    for (; i + kLanesOf<Floats> <= columns.count; i += kLanesOf<Floats>) {
      Floats sums{};
      for (int64_t row = 0; row < columns.rows; ++row)
        sums += load<Floats>(columns.in + row * columns.stride + i, kLanesOf<Floats>);
      store(sums, columns.out + i, kLanesOf<Floats>);
    }
    for (; i < columns.count; ++i) {
      float sum = 0;
      for (int64_t row = 0; row < columns.rows; ++row)
        sum += static_cast<float>(columns.in[row * columns.stride + i]);
      columns.out[i] = sum;
    }
    return 0;
  }
};

}  // namespace diabolo::passes
