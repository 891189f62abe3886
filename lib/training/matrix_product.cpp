#include "lib/training/matrix_product.hpp"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <vector>

#include "lib/data/in_parallel.hpp"
#include "lib/training/product_tile.hpp"

namespace diabolo {
namespace {

constexpr int64_t kPackedValues = int64_t{1} << 16;    // Of b: half of a core's level 2 cache.
constexpr int64_t kMostPackedRows = int64_t{1} << 20;  // Values of a, for each thread.
constexpr double kFewProducts = 1 << 18;               // Not worth another thread.

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

/// Tiles for several threads: equal shares, or many at first and fewer near the end, so that none
/// waits long for one that the system held up.
class Shares {
 public:
  Shares(int64_t count, int64_t threads, bool equal)
      : count_(count), threads_(threads), equal_(equal || threads == 1) {}

  /// Empty when none are left.
  Range take() {
    int64_t begin = next_.load();
    for (;;) {
      const int64_t left = count_ - begin;
      const int64_t share =
          equal_ ? (count_ + threads_ - 1) / threads_ : std::max(int64_t{1}, left / (2 * threads_));
      const int64_t end = begin + std::min(left, share);
      if (next_.compare_exchange_weak(begin, end)) return {begin, end};
    }
  }

 private:
  const int64_t count_, threads_;
  const bool equal_;
  std::atomic<int64_t> next_ = 0;
};

/// What one thread computes of a product.
class Multiplier {
 public:
  explicit Multiplier(const Product& product) : product_(product) {}

  /// As many columns of b as stay in the cache are packed, and each tile of rows passes over them.
  void multiply(Range rows, Range columns) {
    if (product_.packs_rows()) pack(rows);
    const int64_t depth = product_.depth;
    const int64_t width =
        std::max(kTileColumns, kPackedValues / depth / kTileColumns * kTileColumns);
    thread_local std::vector<Line> lines;
    float* packed = of_size(lines, width * depth);
    in_steps(columns, width, [&](Range block) {
      const auto at_column = [&](int64_t column) {
        return packed + (column - block.begin) * depth;
      };
      in_steps(block, kTileColumns,
               [&](Range tile) { pack_columns(product_, tile, at_column(tile.begin)); });
      in_steps(rows, kTileRows, [&](Range tile_rows) {
        const Matrix a = at_row(tile_rows.begin);
        in_steps(block, kTileColumns, [&](Range tile) {
          write_tile(product_, a, at_column(tile.begin), tile_rows, tile);
        });
      });
    });
  }

 private:
  /// Keeps them: where columns are shared out, the rows are always the same.
  void pack(Range rows) {
    if (rows.begin == packed_.begin && rows.end == packed_.end) return;
    thread_local std::vector<Line> lines;
    packed_ = rows;
    packed_rows_ = of_size(lines, (rows.size() + kTileRows) * product_.depth);
    in_steps(rows, kTileRows, [&](Range tile) {
      pack_rows(product_, tile, packed_rows_ + (tile.begin - rows.begin) * product_.depth);
    });
  }

  /// Rows of `a` from this one on.
  Matrix at_row(int64_t row) const {
    if (!product_.packs_rows()) return {product_.a.at(row, 0), product_.a.row_stride, 1};
    return {packed_rows_ + (row - packed_.begin) * product_.depth, 1, kTileRows};
  }

  const Product& product_;
  Range packed_;
  float* packed_rows_ = nullptr;
};

int64_t threads_for(const Product& product) {
  const double products = static_cast<double>(product.rows) * static_cast<double>(product.columns) *
                          static_cast<double>(product.depth);
  const auto most = static_cast<double>(at::get_num_threads());
  return static_cast<int64_t>(std::clamp(products / kFewProducts, 1.0, most));
}

/// Columns are shared out, so that each is packed once; rows, in equal parts, where columns are too
/// few for that, or rows that each thread would pack too many.
void multiply_in_parallel(const Product& product) {
  const auto tiles = [](int64_t length, int64_t tile) { return (length + tile - 1) / tile; };
  const int64_t threads = threads_for(product);
  const bool by_rows = tiles(product.columns, kTileColumns) < 2 * threads ||
                       (product.packs_rows() && product.rows * product.depth > kMostPackedRows);
  const int64_t length = by_rows ? product.rows : product.columns;
  const int64_t tile = by_rows ? kTileRows : kTileColumns;
  Shares shares(tiles(length, tile), threads, /*equal=*/by_rows);
  in_parallel(threads, /*grain=*/1, [&](int64_t, int64_t) {
    Multiplier multiplier(product);
    for (Range share = shares.take(); share.size() > 0; share = shares.take()) {
      const Range part{share.begin * tile, std::min(share.end * tile, length)};
      multiplier.multiply(by_rows ? part : Range{0, product.rows},
                          by_rows ? Range{0, product.columns} : part);
    }
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
  TORCH_CHECK(inputs > 0 && x.size(1) == inputs && bias.numel() == weight.size(0) &&
                  y.size(0) == x.size(0) && y.size(1) == weight.size(0),
              "multiply_linear: sizes that do not fit each other");
  multiply_in_parallel({.a = {x.const_data_ptr<float>(), inputs, 1},
                        .b = {weight.const_data_ptr<float>(), 1, inputs},
                        .out = y.mutable_data_ptr<float>(),
                        .out_stride = weight.size(0),
                        .rows = x.size(0),
                        .columns = weight.size(0),
                        .depth = inputs,
                        .bias = bias.const_data_ptr<float>()});
}

void multiply(const torch::Tensor& a, const torch::Tensor& b, const torch::Tensor& out) {
  TORCH_CHECK(b.is_contiguous() && out.is_contiguous(),
              "multiply: tensors that are not contiguous");
  TORCH_CHECK(a.size(1) > 0 && a.size(1) == b.size(0) && out.size(0) == a.size(0) &&
                  out.size(1) == b.size(1),
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
