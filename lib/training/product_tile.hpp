#pragma once

#include <cstdint>

namespace diabolo {

// What a matrix product is made of: tiles of the result, of operands packed in the order in which
// a tile reads them.

/// A tile's sums fill 12 of 16 registers, enough that the processor adds in every cycle; two more
/// hold a row of b.
constexpr int64_t kTileRows = 6;
constexpr int64_t kTileColumns = 16;

/// Values at data[row * row_stride + column * column_stride].
struct Matrix {
  const float* data = nullptr;
  int64_t row_stride = 0;
  int64_t column_stride = 0;

  const float* at(int64_t row, int64_t column) const {
    return data + row * row_stride + column * column_stride;
  }
};

struct Range {
  int64_t begin = 0;
  int64_t end = 0;

  int64_t size() const { return end - begin; }
};

/// out [rows, columns] = a [rows, depth] b [depth, columns] + bias [columns], if there is one. Rows
/// or columns of b are contiguous, and rows of out.
struct Product {
  Matrix a, b;
  float* out = nullptr;
  int64_t out_stride = 0;  ///< From one row to the next.
  int64_t rows = 0;
  int64_t columns = 0;
  int64_t depth = 0;
  const float* bias = nullptr;

  /// A tile reads rows that are contiguous as they are.
  bool packs_rows() const { return a.column_stride != 1; }
};

/// to[k * kTileColumns + column] = b(k, column), and 0 past the last of at most kTileColumns.
void pack_columns(const Product& product, Range columns, float* to);

/// to[k * kTileRows + row] = a(row, k), and 0 past the last of at most kTileRows.
void pack_rows(const Product& product, Range rows, float* to);

/// Writes one tile of the result: of `a` from its first row on, packed or not, and packed columns.
void write_tile(const Product& product, const Matrix& a, const float* packed_columns, Range rows,
                Range columns);

}  // namespace diabolo
