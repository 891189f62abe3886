#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include <algorithm>
#include <stdexcept>

#include "lib/training/product_tile.hpp"
#include "lib/training/transpose.hpp"

// The tiles of product_tile.cpp in bfloat16: an instruction multiplies two values of each lane and
// adds both products to the lane's sum in float.

namespace diabolo {

#if defined(__x86_64__)
namespace {

constexpr int64_t kRows = 12;
constexpr int64_t kColumns = 32;
constexpr int64_t kGroup = 2;
using Bf16 = c10::BFloat16;

DIABOLO_AVX512_BF16 __m512 widen(const Bf16* from) {
  using Halves [[gnu::vector_size(32)]] = uint16_t;
  using Words [[gnu::vector_size(64)]] = uint32_t;
  Halves halves;
  std::memcpy(&halves, from, sizeof halves);
  return reinterpret_cast<__m512>(__builtin_convertvector(halves, Words) << 16);
}

DIABOLO_AVX512_BF16 __m512bh both(const Bf16* from) {
  int32_t pair;
  std::memcpy(&pair, from, sizeof pair);
  return reinterpret_cast<__m512bh>(_mm512_set1_epi32(pair));
}

DIABOLO_AVX512_BF16 __m512bh load_pairs(const Bf16* from) {
  __m512bh pairs;
  std::memcpy(&pairs, from, sizeof pairs);
  return pairs;
}

template <int64_t kCount>
DIABOLO_AVX512_BF16 void write_rows(int64_t depth, const Matrix<Bf16>& a, const Bf16* b,
                                    const Bf16* bias, Bf16* out, int64_t out_stride) {
  __m512 sums[static_cast<size_t>(kCount)][2];
#pragma GCC unroll 12
  for (int64_t row = 0; row < kCount; ++row) {
    __builtin_prefetch(out + row * out_stride, 1);
    sums[row][0] = widen(bias);
    sums[row][1] = widen(bias + kColumns / 2);
  }
#pragma GCC unroll 4
  for (int64_t k = 0; k < depth; k += kGroup) {
    const __m512bh left = load_pairs(b + k * kColumns);
    const __m512bh right = load_pairs(b + k * kColumns + kColumns);
#pragma GCC unroll 12
    for (int64_t row = 0; row < kCount; ++row) {
      const __m512bh values = both(a.at(row, k));
      sums[row][0] = _mm512_dpbf16_ps(sums[row][0], values, left);
      sums[row][1] = _mm512_dpbf16_ps(sums[row][1], values, right);
    }
  }
#pragma GCC unroll 12
  for (int64_t row = 0; row < kCount; ++row) {
    const __m512bh rounded = _mm512_cvtne2ps_pbh(sums[row][1], sums[row][0]);
    std::memcpy(out + row * out_stride, &rounded, sizeof rounded);
  }
}

constexpr std::array<WriteWhole<Bf16>, kRows> kWriteWhole{
    write_rows<1>, write_rows<2>, write_rows<3>, write_rows<4>,  write_rows<5>,  write_rows<6>,
    write_rows<7>, write_rows<8>, write_rows<9>, write_rows<10>, write_rows<11>, write_rows<12>};

/// Rows of up to 32 values, two and two.
template <int64_t kWidth>
DIABOLO_AVX512_BF16 void interleave(const Matrix<Bf16>& from, int64_t depth, int64_t count,
                                    Bf16* to) {
  // Of values numbered 0 to 31 in one row and 32 to 63 in the next: 0, 32, 1, 33, …
  alignas(64) std::array<uint16_t, kColumns> first;
  alignas(64) std::array<uint16_t, kColumns> second;
  for (size_t i = 0; i < first.size(); ++i) {
    first[i] = static_cast<uint16_t>(i / 2 + i % 2 * kColumns);
    second[i] = static_cast<uint16_t>(first[i] + kColumns / 2);
  }
  const __m512i low = _mm512_load_si512(first.data());
  const __m512i high = _mm512_load_si512(second.data());
  const auto mask_of = [](int64_t values) {
    return static_cast<__mmask32>((uint64_t{1} << values) - 1);
  };
  const __mmask32 read = mask_of(count);
  const __mmask32 low_written = mask_of(std::min(kGroup * kWidth, kColumns));
  constexpr int64_t kAhead = 16;
  for (int64_t k = 0; k < depth; k += kGroup, to += kGroup * kWidth) {
    __builtin_prefetch(from.at(std::min(k + kAhead, depth - 1), 0));
    __builtin_prefetch(from.at(std::min(k + kAhead + 1, depth - 1), 0));
    const __m512i even = _mm512_maskz_loadu_epi16(read, from.at(k, 0));
    const __m512i odd =
        k + 1 < depth ? _mm512_maskz_loadu_epi16(read, from.at(k + 1, 0)) : _mm512_setzero_si512();
    _mm512_mask_storeu_epi16(to, low_written, _mm512_permutex2var_epi16(even, low, odd));
    if constexpr (kWidth == kColumns)
      _mm512_storeu_si512(to + kColumns, _mm512_permutex2var_epi16(even, high, odd));
  }
}

template <int64_t kWidth>
DIABOLO_AVX512_BF16 void pack(const Matrix<Bf16>& from, int64_t depth, int64_t count, Bf16* to) {
  if (from.column_stride == 1) {
    interleave<kWidth>(from, depth, count, to);
    return;
  }
  int64_t k = 0;
  if (count == kWidth && from.row_stride == 1 && kWidth % kLanes == 0) {
    constexpr int64_t kBytes = sizeof(Bf16);
    for (; k + kGroup * kLanes <= depth; k += kGroup * kLanes) {
      for (int64_t i = 0; i < kWidth; i += kLanes) {
        transpose(from.at(k, i), from.column_stride * kBytes, to + k * kWidth + i * kGroup,
                  kGroup * kWidth * kBytes);
      }
    }
  }
  for (; k < depth; k += kGroup) {
    for (int64_t i = 0; i < kGroup * kWidth; ++i) {
      const int64_t row = k + i % kGroup;
      const int64_t column = i / kGroup;
      to[k * kWidth + i] = row < depth && column < count ? *from.at(row, column) : Bf16(0);
    }
  }
}

constexpr Tiles<Bf16> kTilesBf16{.rows = kRows,
                                 .columns = kColumns,
                                 .group = kGroup,
                                 .pack_rows = pack<kRows>,
                                 .pack_columns = pack<kColumns>,
                                 .write = write_tile<Bf16, kColumns, kWriteWhole>};

}  // namespace

#endif

const Tiles<c10::BFloat16>& bfloat16_tiles([[maybe_unused]] Instructions instructions) {
#if defined(__x86_64__)
  if (instructions == Instructions::kAvx512Bf16) return kTilesBf16;
#endif
  throw std::logic_error("instructions without tiles of bfloat16");
}

}  // namespace diabolo
