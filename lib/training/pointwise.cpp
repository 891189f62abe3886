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
constexpr int64_t kColumns = 64;    // The fewest for a thread.

/// The values that a pass reads and writes, `count` of each.
template <typename Value>
struct Block {
  const Value* in = nullptr;
  const float* target = nullptr;
  Value* out = nullptr;
  int64_t count = 0;
  float scale = 1;
};

// Passes over a block, by vectors of floats of the processor's width.

struct Silu {
  template <typename Floats, typename Value>
  DIABOLO_PART static double pass(const Block<Value>& block) {
    for (int64_t i = 0; i < block.count; i += kLanesOf<Floats>) {
      const int64_t count = block.count - i;
      const auto x = load<Floats>(block.in + i, count);
      store(x * sigmoid(x), block.out + i, count);
    }
    return 0;
  }
};

struct SiluSlope {
  template <typename Floats, typename Value>
  DIABOLO_PART static double pass(const Block<Value>& block) {
    for (int64_t i = 0; i < block.count; i += kLanesOf<Floats>) {
      const int64_t count = block.count - i;
      const auto x = load<Floats>(block.in + i, count);
      const Floats s = sigmoid(x);
      const Floats slope = s * (1.0F + x * (1.0F - s));
      store(load<Floats>(block.out + i, count) * slope, block.out + i, count);
    }
    return 0;
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

/// Columns of a matrix, `count` of them, whose rows are `stride` apart.
template <typename Value>
struct Columns {
  const Value* in = nullptr;
  int64_t rows = 0;
  int64_t stride = 0;
  Value* out = nullptr;
  int64_t count = 0;
};

struct ColumnSums {
  template <typename Floats, typename Value>
  DIABOLO_PART static double pass(const Columns<Value>& columns) {
    for (int64_t i = 0; i < columns.count; i += kLanesOf<Floats>) {
      const int64_t count = columns.count - i;
      Floats sums{};
      for (int64_t row = 0; row < columns.rows; ++row)
        sums += load<Floats>(columns.in + row * columns.stride + i, count);
      store(sums, columns.out + i, count);
    }
    return 0;
  }
};

template <typename Work, typename Values>
double with_any(const Values& values) {
  return Work::template pass<Vectors<8>::Floats>(values);
}

template <typename Work, typename Values>
DIABOLO_AVX2 double with_avx2(const Values& values) {
  return Work::template pass<Vectors<8>::Floats>(values);
}

template <typename Work, typename Values>
DIABOLO_AVX512 double with_avx512(const Values& values) {
  return Work::template pass<Vectors<16>::Floats>(values);
}

/// Work::pass as it is compiled for a processor.
template <typename Work, typename Values>
auto compiled_for(Instructions instructions) {
  if (instructions >= Instructions::kAvx512) return with_avx512<Work, Values>;
  return instructions == Instructions::kAvx2 ? with_avx2<Work, Values> : with_any<Work, Values>;
}

/// Block by block; returns what the passes over them do, added in the order of the blocks.
template <typename Work, typename Value>
double pass_over(const Block<Value>& values, Instructions instructions) {
  const auto pass = compiled_for<Work, Block<Value>>(instructions);
  const int64_t blocks = (values.count + kBlock - 1) / kBlock;
  std::vector<double> sums(static_cast<size_t>(blocks));
  in_parallel(blocks, kFewBlocks, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i * kBlock;
      Block<Value> block = values;
      block.in += first;
      if (block.target != nullptr) block.target += first;
      block.out += first;
      block.count = std::min(kBlock, values.count - first);
      sums[static_cast<size_t>(i)] = pass(block);
    }
  });
  return std::accumulate(sums.begin(), sums.end(), 0.0);
}

template <Loss kLoss, typename Value>
double pass_with_loss(Output output, const Block<Value>& values, Instructions instructions) {
  return output == Output::kSigmoid
             ? pass_over<LossAndSlope<kLoss, true>>(values, instructions)
             : pass_over<LossAndSlope<kLoss, false>>(values, instructions);
}

template <typename Value>
double sum_losses(Loss loss, Output output, const Block<Value>& values, Instructions instructions) {
  switch (loss) {
    case Loss::kMse:
      return pass_with_loss<Loss::kMse>(output, values, instructions);
    case Loss::kBce:
      return pass_over<LossAndSlope<Loss::kBce, false>>(values, instructions);
    case Loss::kHuber:
      return pass_with_loss<Loss::kHuber>(output, values, instructions);
    case Loss::kL1:
      return pass_with_loss<Loss::kL1>(output, values, instructions);
  }
  throw std::logic_error("a loss without a formula");
}

template <typename Value>
void sum_columns_of(const torch::Tensor& values, const torch::Tensor& sums,
                    Instructions instructions) {
  const auto pass = compiled_for<ColumnSums, Columns<Value>>(instructions);
  const Columns<Value> all{.in = values.const_data_ptr<Value>(),
                           .rows = values.size(0),
                           .stride = values.size(1),
                           .out = sums.mutable_data_ptr<Value>(),
                           .count = values.size(1)};
  in_parallel(all.count, std::max(kColumns, kFewBlocks * kBlock / all.rows),
              [&](int64_t begin, int64_t end) {
                Columns<Value> some = all;
                some.in += begin;
                some.out += begin;
                some.count = end - begin;
                pass(some);
              });
}

void require_alike(const torch::Tensor& a, const torch::Tensor& b) {
  TORCH_CHECK(a.is_contiguous() && b.is_contiguous(), "values that do not lie side by side");
  TORCH_CHECK(a.sizes() == b.sizes() && a.numel() > 0, "values of other sizes, or none");
}

/// Calls work(Value()) for the type of `values`.
template <typename Work>
auto with_type(const torch::Tensor& values, const Work& work) {
  if (values.scalar_type() == torch::kBFloat16) return work(c10::BFloat16());
  return work(float());
}

template <typename Work>
void pass_over_two(const torch::Tensor& in, const torch::Tensor& out, Instructions instructions) {
  require_alike(in, out);
  with_type(in, [&]<typename Value>(Value) {
    const Block<Value> values{.in = in.const_data_ptr<Value>(),
                              .out = out.mutable_data_ptr<Value>(),
                              .count = in.numel()};
    pass_over<Work>(values, instructions);
  });
}

}  // namespace

void silu(const torch::Tensor& sum, const torch::Tensor& value, Instructions instructions) {
  pass_over_two<Silu>(sum, value, instructions);
}

void multiply_by_silu_slope(const torch::Tensor& sum, const torch::Tensor& gradient,
                            Instructions instructions) {
  pass_over_two<SiluSlope>(sum, gradient, instructions);
}

double loss_and_slopes(Loss loss, Output output, const torch::Tensor& logits,
                       const torch::Tensor& target, const torch::Tensor& slopes, double weight,
                       Instructions instructions) {
  require_alike(logits, target);
  require_alike(logits, slopes);
  const auto count = static_cast<double>(logits.numel());
  return with_type(logits, [&]<typename Value>(Value) {
    const Block<Value> values{.in = logits.const_data_ptr<Value>(),
                              .target = target.const_data_ptr<float>(),
                              .out = slopes.mutable_data_ptr<Value>(),
                              .count = logits.numel(),
                              .scale = static_cast<float>(weight / count)};
    return sum_losses(loss, output, values, instructions) / count;
  });
}

void sum_columns(const torch::Tensor& values, const torch::Tensor& sums,
                 Instructions instructions) {
  TORCH_CHECK(values.is_contiguous() && sums.is_contiguous(),
              "values that do not lie side by side");
  TORCH_CHECK(values.numel() > 0 && sums.numel() == values.size(1), "values of other sizes, or none");
  with_type(values, [&]<typename Value>(Value) {
    sum_columns_of<Value>(values, sums, instructions);
  });
}

}  // namespace diabolo
