#pragma once

#include <c10/util/BFloat16.h>

#include <array>
#include <cstdint>
#include <cstring>

#include "lib/training/instructions.hpp"

namespace diabolo {

// What a matrix product is made of: tiles of the result, of operands packed in the order in which
// a tile reads them. Values are float, or bfloat16 with sums in float.

/// Values at data[row * row_stride + column * column_stride].
template <typename Value>
struct Matrix {
  const Value* data = nullptr;
  int64_t row_stride = 0;
  int64_t column_stride = 0;

  const Value* at(int64_t row, int64_t column) const {
    return data + row * row_stride + column * column_stride;
  }
  /// From this row and column on.
  Matrix from(int64_t row, int64_t column) const {
    return {at(row, column), row_stride, column_stride};
  }
  Matrix transposed() const { return {data, column_stride, row_stride}; }
};

struct Range {
  int64_t begin = 0;
  int64_t end = 0;

  int64_t size() const { return end - begin; }
};

/// out [rows, columns] = a [rows, depth] b [depth, columns] + bias [columns], if there is one. Rows
/// or columns of b are contiguous, and rows of out.
template <typename Value>
struct Product {
  Matrix<Value> a, b;
  Value* out = nullptr;
  int64_t out_stride = 0;  ///< From one row to the next.
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t depth = 0;
  const Value* bias = nullptr;
};

/// How tiles are made with the instructions of one kind of processor.
template <typename Value>
struct Tiles {
  int64_t rows = 0;  ///< The most of a tile.
  int64_t columns = 0;
  int64_t group = 0;  ///< Values along k that are multiplied at once and so lie side by side.

  /// Packs `count` values of each of `depth` rows for a tile's width w, its rows or its columns:
  ///   to[(k / group * w + i) * group + k % group] = from(k, i), and 0 where there is none
  using Pack = void (*)(const Matrix<Value>& from, int64_t depth, int64_t count, Value* to);
  Pack pack_rows = nullptr;  ///< Of the transposed of a.
  Pack pack_columns = nullptr;

  /// Writes one tile of the result: of `a` from its first row on, packed or with contiguous rows,
  /// and packed columns.
  void (*write)(const Product<Value>& product, const Matrix<Value>& a, const Value* packed_columns,
                Range rows, Range columns) = nullptr;
};

/// Those of AVX2 or of AVX-512; throws std::logic_error where there are none.
const Tiles<float>& float_tiles(Instructions instructions);

/// Those of AVX-512 BF16, likewise.
const Tiles<c10::BFloat16>& bfloat16_tiles(Instructions instructions);

/// Writes all columns of some rows of a tile:
/// out [rows, columns] = a [rows, depth] b [depth, columns] + bias, b packed.
template <typename Value>
using WriteWhole = void (*)(int64_t depth, const Matrix<Value>& a, const Value* b,
                            const Value* bias, Value* out, int64_t out_stride);

/// What Tiles::write does, by functions for 1, 2, … rows.
template <typename Value, int64_t kColumns, const auto& kWriteWhole>
void write_tile(const Product<Value>& product, const Matrix<Value>& a, const Value* packed_columns,
                Range rows, Range columns) {
  using TileRow = std::array<Value, static_cast<size_t>(kColumns)>;
  static constexpr TileRow kZeros{};
  const WriteWhole<Value> write = kWriteWhole[static_cast<size_t>(rows.size() - 1)];
  Value* out = product.out + rows.begin * product.out_stride + columns.begin;
  const Value* bias = product.bias == nullptr ? kZeros.data() : product.bias + columns.begin;
  if (columns.size() == kColumns) {
    write(product.depth, a, packed_columns, bias, out, product.out_stride);
    return;
  }
  const auto bytes = static_cast<size_t>(columns.size()) * sizeof(Value);
  TileRow whole_bias{};
  std::array<TileRow, std::size(kWriteWhole)> whole;
  std::memcpy(whole_bias.data(), bias, bytes);
  write(product.depth, a, packed_columns, whole_bias.data(), whole.front().data(), kColumns);
  for (int64_t row = 0; row < rows.size(); ++row) {
    std::memcpy(out + row * product.out_stride, whole[static_cast<size_t>(row)].data(), bytes);
  }
}

}  // namespace diabolo
