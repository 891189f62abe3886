#include "lib/training/product_tile.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "lib/training/vector_math.hpp"

namespace diabolo {
namespace {

using Octet = std::array<Vector, kLanes>;

DIABOLO_AVX2 Vector load(const float* from) {
  Vector values;
  std::memcpy(&values, from, sizeof values);
  return values;
}

DIABOLO_AVX2 void store(Vector values, float* to) { std::memcpy(to, &values, sizeof values); }

/// rows[i][j] becomes rows[j][i]: halves, quarters and single values change places.
DIABOLO_AVX2 void transpose(Octet& rows) {
  for (const size_t i : std::array<size_t, 4>{0, 1, 2, 3}) {
    const Vector a = rows[i];
    const Vector b = rows[i + 4];
    rows[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    rows[i + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
  for (const size_t i : std::array<size_t, 4>{0, 1, 4, 5}) {
    const Vector a = rows[i];
    const Vector b = rows[i + 2];
    rows[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
    rows[i + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (const size_t i : std::array<size_t, 4>{0, 2, 4, 6}) {
    const Vector a = rows[i];
    const Vector b = rows[i + 1];
    rows[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
    rows[i + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
}

/// Each row of out [Rows, kTileColumns] = a [Rows, depth] b [depth, kTileColumns] + bias, b packed.
template <int64_t Rows>
DIABOLO_AVX2 void sum_tile(int64_t depth, Matrix a, const float* b, const float* bias, float* out,
                           int64_t out_stride) {
  Vector sums[static_cast<size_t>(Rows)][2];
#pragma GCC unroll 6
  for (int64_t row = 0; row < Rows; ++row) {
    // The result is often in no cache yet; it is there by the time that it is written.
    __builtin_prefetch(out + row * out_stride, 1);
    sums[row][0] = load(bias);
    sums[row][1] = load(bias + kLanes);
  }
#pragma GCC unroll 4
  for (int64_t k = 0; k < depth; ++k) {
    const Vector left = load(b + k * kTileColumns);
    const Vector right = load(b + k * kTileColumns + kLanes);
#pragma GCC unroll 6
    for (int64_t row = 0; row < Rows; ++row) {
      const float value = *a.at(row, k);
      sums[row][0] += value * left;
      sums[row][1] += value * right;
    }
  }
#pragma GCC unroll 6
  for (int64_t row = 0; row < Rows; ++row) {
    store(sums[row][0], out + row * out_stride);
    store(sums[row][1], out + row * out_stride + kLanes);
  }
}

constexpr std::array kTileSums{sum_tile<1>, sum_tile<2>, sum_tile<3>,
                               sum_tile<4>, sum_tile<5>, sum_tile<6>};
using TileRow = std::array<float, kTileColumns>;
constexpr TileRow kZeros{};

}  // namespace

DIABOLO_AVX2 void pack_columns(const Product& product, Range columns, float* to) {
  const Matrix& b = product.b;
  const bool is_whole = columns.size() == kTileColumns;
  int64_t k = 0;
  if (is_whole && b.row_stride == 1) {
    for (; k + kLanes <= product.depth; k += kLanes) {
      for (int64_t half = 0; half < kTileColumns; half += kLanes) {
        Octet values;
        for (int64_t i = 0; i < kLanes; ++i)
          values[static_cast<size_t>(i)] = load(b.at(k, columns.begin + half + i));
        transpose(values);
        for (int64_t i = 0; i < kLanes; ++i)
          store(values[static_cast<size_t>(i)], to + (k + i) * kTileColumns + half);
      }
    }
  } else if (is_whole) {
    // Rows of b are far apart, so that the processor does not see the next one coming.
    constexpr int64_t kAhead = 16;
    for (; k < product.depth; ++k) {
      __builtin_prefetch(b.at(std::min(k + kAhead, product.depth - 1), columns.begin));
      std::memcpy(to + k * kTileColumns, b.at(k, columns.begin), kTileColumns * sizeof(float));
    }
  }
  for (; k < product.depth; ++k) {
    for (int64_t i = 0; i < kTileColumns; ++i)
      to[k * kTileColumns + i] = i < columns.size() ? *b.at(k, columns.begin + i) : 0;
  }
}

void pack_rows(const Product& product, Range rows, float* to) {
  const Matrix& a = product.a;
  const bool is_whole = rows.size() == kTileRows && a.row_stride == 1;
  for (int64_t k = 0; k < product.depth; ++k, to += kTileRows) {
    if (is_whole) {
      std::memcpy(to, a.at(rows.begin, k), kTileRows * sizeof(float));
    } else {
      for (int64_t i = 0; i < kTileRows; ++i)
        to[i] = i < rows.size() ? *a.at(rows.begin + i, k) : 0;
    }
  }
}

void write_tile(const Product& product, const Matrix& a, const float* packed_columns, Range rows,
                Range columns) {
  const auto sum = kTileSums[static_cast<size_t>(rows.size() - 1)];
  float* out = product.out + rows.begin * product.out_stride + columns.begin;
  const float* bias = product.bias == nullptr ? kZeros.data() : product.bias + columns.begin;
  if (columns.size() == kTileColumns) {
    sum(product.depth, a, packed_columns, bias, out, product.out_stride);
    return;
  }
  const auto bytes = static_cast<size_t>(columns.size()) * sizeof(float);
  TileRow whole_bias{};
  std::array<TileRow, kTileRows> whole;
  std::memcpy(whole_bias.data(), bias, bytes);
  sum(product.depth, a, packed_columns, whole_bias.data(), whole.front().data(), kTileColumns);
  for (int64_t row = 0; row < rows.size(); ++row) {
    std::memcpy(out + row * product.out_stride, whole[static_cast<size_t>(row)].data(), bytes);
  }
}

}  // namespace diabolo
