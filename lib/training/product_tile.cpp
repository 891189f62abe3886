#include "lib/training/product_tile.hpp"

#include <algorithm>
#include <stdexcept>

#include "lib/training/transpose.hpp"

namespace diabolo {
namespace {

// A tile's sums fill 12 of 16 registers or 24 of 32, enough that the processor adds in every cycle;
// two more hold a row of b.
struct Avx2Tile {
  static constexpr int64_t kRows = 6;
  static constexpr int64_t kColumns = 16;
  using Register = Vectors<8>::Floats;
};

struct Avx512Tile {
  static constexpr int64_t kRows = 12;
  static constexpr int64_t kColumns = 32;
  using Register = Vectors<16>::Floats;
};

template <typename Tile, int64_t kRows>
DIABOLO_PART void write_rows(int64_t depth, const Matrix<float>& a, const float* b,
                             const float* bias, float* out, int64_t out_stride) {
  using Register = typename Tile::Register;
  constexpr int64_t kHalf = Tile::kColumns / 2;
  static_assert(kHalf * sizeof(float) == sizeof(Register));
  Register sums[static_cast<size_t>(kRows)][2];
  Register left, right;
#pragma GCC unroll 12
  for (int64_t row = 0; row < kRows; ++row) {
    // The result is often in no cache yet; it is there by the time that it is written.
    __builtin_prefetch(out + row * out_stride, 1);
    std::memcpy(sums[row], bias, sizeof sums[row]);
  }
#pragma GCC unroll 4
  for (int64_t k = 0; k < depth; ++k) {
    std::memcpy(&left, b + k * Tile::kColumns, sizeof left);
    std::memcpy(&right, b + k * Tile::kColumns + kHalf, sizeof right);
#pragma GCC unroll 12
    for (int64_t row = 0; row < kRows; ++row) {
      const float value = *a.at(row, k);
      sums[row][0] += value * left;
      sums[row][1] += value * right;
    }
  }
#pragma GCC unroll 12
  for (int64_t row = 0; row < kRows; ++row)
    std::memcpy(out + row * out_stride, sums[row], sizeof sums[row]);
}

template <int64_t kRows>
DIABOLO_AVX2 void write_avx2(int64_t depth, const Matrix<float>& a, const float* b,
                             const float* bias, float* out, int64_t out_stride) {
  write_rows<Avx2Tile, kRows>(depth, a, b, bias, out, out_stride);
}

template <int64_t kRows>
DIABOLO_AVX512 void write_avx512(int64_t depth, const Matrix<float>& a, const float* b,
                                 const float* bias, float* out, int64_t out_stride) {
  write_rows<Avx512Tile, kRows>(depth, a, b, bias, out, out_stride);
}

constexpr std::array<WriteWhole<float>, Avx2Tile::kRows> kWriteAvx2{
    write_avx2<1>, write_avx2<2>, write_avx2<3>, write_avx2<4>, write_avx2<5>, write_avx2<6>};
constexpr std::array<WriteWhole<float>, Avx512Tile::kRows> kWriteAvx512{
    write_avx512<1>, write_avx512<2>,  write_avx512<3>,  write_avx512<4>,
    write_avx512<5>, write_avx512<6>,  write_avx512<7>,  write_avx512<8>,
    write_avx512<9>, write_avx512<10>, write_avx512<11>, write_avx512<12>};

template <int64_t kWidth>
DIABOLO_AVX2 void pack(const Matrix<float>& from, int64_t depth, int64_t count, float* to) {
  constexpr int64_t kBytes = sizeof(float);
  const bool is_whole = count == kWidth;
  int64_t k = 0;
  if (is_whole && from.column_stride == 1) {
    // Rows are far apart, so that the processor does not see the next one coming.
    constexpr int64_t kAhead = 16;
    for (; k < depth; ++k) {
      __builtin_prefetch(from.at(std::min(k + kAhead, depth - 1), 0));
      std::memcpy(to + k * kWidth, from.at(k, 0), kWidth * kBytes);
    }
  } else if (is_whole && from.row_stride == 1 && kWidth % kLanes == 0) {
    for (; k + kLanes <= depth; k += kLanes) {
      for (int64_t i = 0; i < kWidth; i += kLanes) {
        transpose(from.at(k, i), from.column_stride * kBytes, to + k * kWidth + i, kWidth * kBytes);
      }
    }
  }
  for (; k < depth; ++k) {
    for (int64_t i = 0; i < kWidth; ++i) to[k * kWidth + i] = i < count ? *from.at(k, i) : 0;
  }
}

template <typename Tile, const auto& kWriteWhole>
constexpr Tiles<float> kTiles{.rows = Tile::kRows,
                              .columns = Tile::kColumns,
                              .group = 1,
                              .pack_rows = pack<Tile::kRows>,
                              .pack_columns = pack<Tile::kColumns>,
                              .write = write_tile<float, Tile::kColumns, kWriteWhole>};

}  // namespace

const Tiles<float>& float_tiles(Instructions instructions) {
  switch (instructions) {
    case Instructions::kAny:
      break;
    case Instructions::kAvx2:
      return kTiles<Avx2Tile, kWriteAvx2>;
    case Instructions::kAvx512:
    case Instructions::kAvx512Bf16:
      return kTiles<Avx512Tile, kWriteAvx512>;
  }
  throw std::logic_error("instructions without tiles");
}

}  // namespace diabolo
