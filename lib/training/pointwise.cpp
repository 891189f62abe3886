#include "lib/training/pointwise.hpp"

#include <c10/util/Exception.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "lib/data/in_parallel.hpp"
#include "lib/training/compiled_for.hpp"
#include "lib/training/pointwise_passes.hpp"

namespace diabolo {
namespace {

constexpr int64_t kBlock = 1024;    // Values of one sum of losses, rows of one of columns.
constexpr int64_t kFewBlocks = 16;  // Not worth another thread.
constexpr int64_t kColumns = 64;    // Of one sum.

/// Block by block; returns what the passes over them do, added in the order of the blocks.
template <typename Work, typename Value>
double pass_over(const passes::Block<Value>& values, Instructions instructions) {
  const auto pass = compiled_for<Work, passes::Block<Value>>(instructions);
  const int64_t blocks = (values.count + kBlock - 1) / kBlock;
  std::vector<double> sums(static_cast<size_t>(blocks));
  in_parallel(blocks, kFewBlocks, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t first = i * kBlock;
      passes::Block<Value> block = values;
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
double pass_with_loss(Output output, const passes::Block<Value>& values,
                      Instructions instructions) {
  return output == Output::kSigmoid
             ? pass_over<passes::LossAndSlope<kLoss, true>>(values, instructions)
             : pass_over<passes::LossAndSlope<kLoss, false>>(values, instructions);
}

template <typename Value>
double sum_losses(Loss loss, Output output, const passes::Block<Value>& values,
                  Instructions instructions) {
  switch (loss) {
    case Loss::kMse:
      return pass_with_loss<Loss::kMse>(output, values, instructions);
    case Loss::kBce:
      return pass_over<passes::LossAndSlope<Loss::kBce, false>>(values, instructions);
    case Loss::kHuber:
      return pass_with_loss<Loss::kHuber>(output, values, instructions);
    case Loss::kL1:
      return pass_with_loss<Loss::kL1>(output, values, instructions);
  }
  throw std::logic_error("a loss without a formula");
}

/// Rows are summed in blocks, whose sums are added in their order.
template <typename Value>
void sum_columns_of(const torch::Tensor& values, const torch::Tensor& sums,
                    Instructions instructions) {
  const auto pass = compiled_for<passes::ColumnSums, passes::Columns<Value>>(instructions);
  const auto* in = values.const_data_ptr<Value>();
  auto* out = sums.mutable_data_ptr<Value>();
  const int64_t rows = values.size(0);
  const int64_t columns = values.size(1);
  const int64_t blocks = (rows + kBlock - 1) / kBlock;
  const int64_t parts = (columns + kColumns - 1) / kColumns;  // Of each block.
  std::vector<float> found(static_cast<size_t>(blocks * columns));
  const int64_t values_of_part = std::min(rows, kBlock) * std::min(columns, kColumns);
  in_parallel(blocks * parts, std::max(int64_t{1}, kFewBlocks * kBlock / values_of_part),
              [&](int64_t begin, int64_t end) {
                for (int64_t i = begin; i < end; ++i) {
                  const int64_t row = i / parts * kBlock;
                  const int64_t column = i % parts * kColumns;
                  pass({.in = in + row * columns + column,
                        .rows = std::min(kBlock, rows - row),
                        .stride = columns,
                        .out = &found[static_cast<size_t>(i / parts * columns + column)],
                        .count = std::min(kColumns, columns - column)});
                }
              });
  for (int64_t column = 0; column < columns; ++column) {
    float sum = 0;
    for (int64_t block = 0; block < blocks; ++block)
      sum += found[static_cast<size_t>(block * columns + column)];
    out[column] = static_cast<Value>(sum);
  }
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
    const passes::Block<Value> values{.in = in.const_data_ptr<Value>(),
                                      .out = out.mutable_data_ptr<Value>(),
                                      .count = in.numel()};
    pass_over<Work>(values, instructions);
  });
}

}  // namespace

void silu(const torch::Tensor& sum, const torch::Tensor& value, Instructions instructions) {
  pass_over_two<passes::Map<passes::Silu>>(sum, value, instructions);
}

void multiply_by_silu_slope(const torch::Tensor& sum, const torch::Tensor& gradient,
                            Instructions instructions) {
  pass_over_two<passes::Update<passes::TimesSiluSlope>>(sum, gradient, instructions);
}

void relu(const torch::Tensor& sum, const torch::Tensor& value, Instructions instructions) {
  pass_over_two<passes::Map<passes::Relu>>(sum, value, instructions);
}

void multiply_by_relu_slope(const torch::Tensor& sum, const torch::Tensor& gradient,
                            Instructions instructions) {
  pass_over_two<passes::Update<passes::TimesReluSlope>>(sum, gradient, instructions);
}

double loss_and_slopes(Loss loss, Output output, const torch::Tensor& logits,
                       const torch::Tensor& target, const torch::Tensor& slopes, double weight,
                       Instructions instructions) {
  require_alike(logits, target);
  require_alike(logits, slopes);
  const auto count = static_cast<double>(logits.numel());
  return with_type(logits, [&]<typename Value>(Value) {
    const passes::Block<Value> values{.in = logits.const_data_ptr<Value>(),
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
  TORCH_CHECK(values.numel() > 0 && sums.numel() == values.size(1),
              "values of other sizes, or none");
  with_type(values,
            [&]<typename Value>(Value) { sum_columns_of<Value>(values, sums, instructions); });
}

}  // namespace diabolo
