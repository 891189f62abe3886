#include "lib/training/matrix_product.hpp"

#include <ATen/Parallel.h>
#include <c10/util/Exception.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <type_traits>
#include <vector>

#include "lib/data/in_parallel.hpp"
#include "lib/training/product_tile.hpp"

namespace diabolo {
namespace {

constexpr size_t kPackedBytes = size_t{1} << 18;       // Of b: half of a core's level 2 cache.
constexpr int64_t kMostPackedRows = int64_t{1} << 20;  // Values of a, for each thread.
constexpr double kFewProducts = 1 << 18;               // Not worth another thread.

/// Memory of this thread, kept, in lines of the cache.
struct alignas(64) Line {
  std::array<std::byte, 64> bytes;
};

template <typename Value>
Value* of_size(std::vector<Line>& lines, int64_t values) {
  const size_t needed = static_cast<size_t>(values) * sizeof(Value) / sizeof(Line) + 1;
  if (lines.size() < needed) lines.resize(needed);
  return reinterpret_cast<Value*>(lines.data());
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
template <typename Value>
class Multiplier {
 public:
  Multiplier(const Product<Value>& product, const Tiles<Value>& tiles)
      : product_(product),
        tiles_(tiles),
        packed_depth_((product.depth + tiles.group - 1) / tiles.group * tiles.group) {}

  /// As many columns of b as stay in the cache are packed, and each tile of rows passes over them.
  void multiply(Range rows, Range columns) {
    if (packs_rows(product_, tiles_)) pack(rows);
    constexpr auto kPackedValues = static_cast<int64_t>(kPackedBytes / sizeof(Value));
    const int64_t width =
        std::max(tiles_.columns, kPackedValues / packed_depth_ / tiles_.columns * tiles_.columns);
    thread_local std::vector<Line> lines;
    Value* packed = of_size<Value>(lines, width * packed_depth_);
    in_steps(columns, width, [&](Range block) {
      const auto at_column = [&](int64_t column) {
        return packed + (column - block.begin) * packed_depth_;
      };
      in_steps(block, tiles_.columns, [&](Range tile) {
        tiles_.pack_columns(product_.b.from(0, tile.begin), product_.depth, tile.size(),
                            at_column(tile.begin));
      });
      in_steps(rows, tiles_.rows, [&](Range tile_rows) {
        const Matrix<Value> a = at_row(tile_rows.begin);
        in_steps(block, tiles_.columns, [&](Range tile) {
          tiles_.write(product_, a, at_column(tile.begin), tile_rows, tile);
        });
      });
    });
  }

  /// A tile reads contiguous rows as they are, where they are made of whole groups.
  static bool packs_rows(const Product<Value>& product, const Tiles<Value>& tiles) {
    return product.a.column_stride != 1 || product.depth % tiles.group != 0;
  }

 private:
  /// Keeps them: where columns are shared out, the rows are always the same.
  void pack(Range rows) {
    if (rows.begin == packed_.begin && rows.end == packed_.end) return;
    thread_local std::vector<Line> lines;
    packed_ = rows;
    packed_rows_ = of_size<Value>(lines, (rows.size() + tiles_.rows) * packed_depth_);
    in_steps(rows, tiles_.rows, [&](Range tile) {
      tiles_.pack_rows(product_.a.from(tile.begin, 0).transposed(), product_.depth, tile.size(),
                       packed_rows_ + (tile.begin - rows.begin) * packed_depth_);
    });
  }

  /// Rows of `a` from this one on.
  Matrix<Value> at_row(int64_t row) const {
    if (!packs_rows(product_, tiles_)) return product_.a.from(row, 0);
    return {packed_rows_ + (row - packed_.begin) * packed_depth_, tiles_.group, tiles_.rows};
  }

  const Product<Value>& product_;
  const Tiles<Value>& tiles_;
  int64_t packed_depth_;
  Range packed_;
  Value* packed_rows_ = nullptr;
};

template <typename Value>
int64_t threads_for(const Product<Value>& product) {
  const double products = static_cast<double>(product.rows) * static_cast<double>(product.columns) *
                          static_cast<double>(product.depth);
  const auto most = static_cast<double>(at::get_num_threads());
  return static_cast<int64_t>(std::clamp(products / kFewProducts, 1.0, most));
}

/// Columns are shared out, so that each is packed once; rows, in equal parts, where columns are too
/// few for that, or rows that each thread would pack too many.
template <typename Value>
void multiply_in_parallel(const Product<Value>& product, const Tiles<Value>& tiles) {
  const auto count_of = [](int64_t length, int64_t tile) { return (length + tile - 1) / tile; };
  const int64_t threads = threads_for(product);
  const bool by_rows = count_of(product.columns, tiles.columns) < 2 * threads ||
                       (Multiplier<Value>::packs_rows(product, tiles) &&
                        product.rows * product.depth > kMostPackedRows);
  const int64_t length = by_rows ? product.rows : product.columns;
  const int64_t tile = by_rows ? tiles.rows : tiles.columns;
  Shares shares(count_of(length, tile), threads, /*equal=*/by_rows);
  in_parallel(threads, /*grain=*/1, [&](int64_t, int64_t) {
    Multiplier<Value> multiplier(product, tiles);
    for (Range share = shares.take(); share.size() > 0; share = shares.take()) {
      const Range part{share.begin * tile, std::min(share.end * tile, length)};
      multiplier.multiply(by_rows ? part : Range{0, product.rows},
                          by_rows ? Range{0, product.columns} : part);
    }
  });
}

template <typename Value>
const Tiles<Value>& tiles_of(Instructions instructions) {
  if constexpr (std::is_same_v<Value, float>) {
    return float_tiles(instructions);
  } else {
    return bfloat16_tiles(instructions);
  }
}

template <typename Value>
void multiply_linear_of(const torch::Tensor& x, const torch::Tensor& weight,
                        const torch::Tensor& bias, const torch::Tensor& y,
                        Instructions instructions) {
  const int64_t inputs = weight.size(1);
  multiply_in_parallel<Value>({.a = {x.const_data_ptr<Value>(), inputs, 1},
                               .b = {weight.const_data_ptr<Value>(), 1, inputs},
                               .out = y.mutable_data_ptr<Value>(),
                               .out_stride = weight.size(0),
                               .rows = x.size(0),
                               .columns = weight.size(0),
                               .depth = inputs,
                               .bias = bias.defined() ? bias.const_data_ptr<Value>() : nullptr},
                              tiles_of<Value>(instructions));
}

template <typename Value>
void multiply_of(const torch::Tensor& a, const torch::Tensor& b, const torch::Tensor& out,
                 Instructions instructions) {
  multiply_in_parallel<Value>({.a = {a.const_data_ptr<Value>(), a.stride(0), a.stride(1)},
                               .b = {b.const_data_ptr<Value>(), b.size(1), 1},
                               .out = out.mutable_data_ptr<Value>(),
                               .out_stride = b.size(1),
                               .rows = a.size(0),
                               .columns = b.size(1),
                               .depth = a.size(1)},
                              tiles_of<Value>(instructions));
}

bool is_bfloat16(const torch::Tensor& values) { return values.scalar_type() == torch::kBFloat16; }

}  // namespace

bool can_multiply(torch::ScalarType type) {
  if (type == torch::kFloat32) return processor_has(Instructions::kAvx2);
  return type == torch::kBFloat16 && processor_has(Instructions::kAvx512Bf16);
}

bool multiplies_faster(torch::ScalarType type) {
#if defined(__x86_64__)
  return can_multiply(type) && __builtin_cpu_is("amd");
#else
  return false;
#endif
}

void multiply_linear(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const torch::Tensor& y, Instructions instructions) {
  const bool biased = bias.defined();
  TORCH_CHECK(x.is_contiguous() && weight.is_contiguous() && y.is_contiguous() &&
                  (!biased || bias.is_contiguous()),
              "multiply_linear: tensors that are not contiguous");
  TORCH_CHECK(weight.size(1) > 0 && x.size(1) == weight.size(1) && y.size(0) == x.size(0) &&
                  y.size(1) == weight.size(0) && (!biased || bias.numel() == weight.size(0)),
              "multiply_linear: sizes that do not fit each other");
  if (is_bfloat16(x)) {
    multiply_linear_of<c10::BFloat16>(x, weight, bias, y, instructions);
  } else {
    multiply_linear_of<float>(x, weight, bias, y, instructions);
  }
}

void multiply(const torch::Tensor& a, const torch::Tensor& b, const torch::Tensor& out,
              Instructions instructions) {
  TORCH_CHECK(b.is_contiguous() && out.is_contiguous(),
              "multiply: tensors that are not contiguous");
  TORCH_CHECK(a.size(1) > 0 && a.size(1) == b.size(0) && out.size(0) == a.size(0) &&
                  out.size(1) == b.size(1),
              "multiply: sizes that do not fit each other");
  if (is_bfloat16(a)) {
    multiply_of<c10::BFloat16>(a, b, out, instructions);
  } else {
    multiply_of<float>(a, b, out, instructions);
  }
}

}  // namespace diabolo
