#include "lib/training/matrix_product.hpp"

#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <vector>

#include "lib/data/in_parallel.hpp"
#include "lib/training/product_tile.hpp"

namespace diabolo {
namespace {

constexpr int64_t kPackedValues = int64_t{1} << 16;  // Of b: half of a core's level 2 cache.
constexpr double kFewProducts = 1 << 18;             // Not worth another thread.

/// Memory of this thread, kept, in lines of the cache.
struct alignas(64) Line {
  std::array<float, kTileColumns> values;
};

float* of_size(std::vector<Line>& lines, int64_t values) {
  const auto needed = static_cast<size_t>(values / kTileColumns + 1);
  if (lines.size() < needed) lines.resize(needed);
  return lines.front().values.data();
}

/// Calls work(part) for parts of at most `step`, in order.
template <typename Work>
void in_steps(Range range, int64_t step, const Work& work) {
  for (int64_t begin = range.begin; begin < range.end; begin += step)
    work(Range{begin, std::min(begin + step, range.end)});
}

/// As many columns of b as stay in the cache are packed, and each tile of rows passes over them.
void multiply_part(const Product& product, Range rows, Range columns) {
  thread_local std::vector<Line> of_a;
  thread_local std::vector<Line> of_b;
  const int64_t depth = product.depth;
  const bool packs_rows = product.a.column_stride != 1;
  float* packed_rows = nullptr;
  if (packs_rows) {
    packed_rows = of_size(of_a, (rows.size() + kTileRows) * depth);
    in_steps(rows, kTileRows, [&](Range tile) {
      pack_rows(product, tile, packed_rows + (tile.begin - rows.begin) * depth);
    });
  }
  const int64_t width = std::max(kTileColumns, kPackedValues / depth / kTileColumns * kTileColumns);
  float* packed = of_size(of_b, width * depth);
  in_steps(columns, width, [&](Range block) {
    in_steps(block, kTileColumns, [&](Range tile) {
      pack_columns(product, tile, packed + (tile.begin - block.begin) * depth);
    });
    in_steps(rows, kTileRows, [&](Range tile_rows) {
      const Matrix a =
          packs_rows ? Matrix{packed_rows + (tile_rows.begin - rows.begin) * depth, 1, kTileRows}
                     : Matrix{product.a.at(tile_rows.begin, 0), product.a.row_stride, 1};
      in_steps(block, kTileColumns, [&](Range tile) {
        write_tile(product, a, packed + (tile.begin - block.begin) * depth, tile_rows, tile);
      });
    });
  });
}

/// The longer side is shared out, in whole tiles.
void multiply_in_parallel(const Product& product) {
  const bool by_rows = product.rows > product.columns;
  const int64_t length = by_rows ? product.rows : product.columns;
  const int64_t width = by_rows ? product.columns : product.rows;
  const int64_t tile = by_rows ? kTileRows : kTileColumns;
  const double products_of_tile =
      static_cast<double>(tile) * static_cast<double>(width) * static_cast<double>(product.depth);
  const auto grain = static_cast<int64_t>(kFewProducts / products_of_tile) + 1;
  in_parallel((length + tile - 1) / tile, grain, [&](int64_t begin, int64_t end) {
    const Range part{begin * tile, std::min(end * tile, length)};
    multiply_part(product, by_rows ? part : Range{0, product.rows},
                  by_rows ? Range{0, product.columns} : part);
  });
}

}  // namespace

bool can_multiply() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return false;
#endif
}

bool multiplies_faster() {
#if defined(__x86_64__)
  return can_multiply() && __builtin_cpu_is("amd") && !__builtin_cpu_supports("avx512f");
#else
  return false;
#endif
}

void multiply_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const torch::Tensor& y) {
  const int64_t inputs = weight.size(1);
  TORCH_CHECK(
      x.is_contiguous() && weight.is_contiguous() && bias.is_contiguous() && y.is_contiguous(),
      "multiply_linear: tensors that are not contiguous");
  TORCH_CHECK(x.size(1) == inputs && bias.numel() == weight.size(0) && y.size(0) == x.size(0) &&
                  y.size(1) == weight.size(0),
              "multiply_linear: sizes that do not fit each other");
  // By its transpose, y^T = weight x^T, since x is less to pack than the weights.
  multiply_in_parallel({.a = {weight.const_data_ptr<float>(), inputs, 1},
                        .b = {x.const_data_ptr<float>(), 1, inputs},
                        .out = y.mutable_data_ptr<float>(),
                        .out_stride = weight.size(0),
                        .rows = weight.size(0),
                        .columns = x.size(0),
                        .depth = inputs,
                        .bias = bias.const_data_ptr<float>(),
                        .transposed = true});
}

void multiply(const torch::Tensor& a, const torch::Tensor& b, const torch::Tensor& out) {
  TORCH_CHECK(b.is_contiguous() && out.is_contiguous(),
              "multiply: tensors that are not contiguous");
  TORCH_CHECK(a.size(1) == b.size(0) && out.size(0) == a.size(0) && out.size(1) == b.size(1),
              "multiply: sizes that do not fit each other");
  multiply_in_parallel({.a = {a.const_data_ptr<float>(), a.stride(0), a.stride(1)},
                        .b = {b.const_data_ptr<float>(), b.size(1), 1},
                        .out = out.mutable_data_ptr<float>(),
                        .out_stride = b.size(1),
                        .rows = a.size(0),
                        .columns = b.size(1),
                        .depth = a.size(1)});
}

}  // namespace diabolo
