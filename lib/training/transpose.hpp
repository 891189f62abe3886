#pragma once

#include <array>

#include "lib/training/vector_math.hpp"

namespace diabolo {

constexpr int64_t kLanes = 8;
using Octet = Vectors<kLanes>::Floats;

/// rows[i][j] becomes rows[j][i]: halves, quarters and single values change places.
DIABOLO_AVX2 inline void transpose(std::array<Octet, kLanes>& rows) {
  for (const size_t i : std::array<size_t, 4>{0, 1, 2, 3}) {
    const Octet a = rows[i];
    const Octet b = rows[i + 4];
    rows[i] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    rows[i + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
  for (const size_t i : std::array<size_t, 4>{0, 1, 4, 5}) {
    const Octet a = rows[i];
    const Octet b = rows[i + 2];
    rows[i] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
    rows[i + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (const size_t i : std::array<size_t, 4>{0, 2, 4, 6}) {
    const Octet a = rows[i];
    const Octet b = rows[i + 1];
    rows[i] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
    rows[i + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
}

/// Eight lines of eight values of four bytes, whatever they mean; strides from line to line, in
/// bytes.
DIABOLO_AVX2 inline void transpose(const void* from, int64_t from_stride, void* to,
                                   int64_t to_stride) {
  std::array<Octet, kLanes> lines;
  for (int64_t i = 0; i < kLanes; ++i) {
    std::memcpy(&lines[static_cast<size_t>(i)], static_cast<const char*>(from) + i * from_stride,
                sizeof(Octet));
  }
  transpose(lines);
  for (int64_t i = 0; i < kLanes; ++i) {
    std::memcpy(static_cast<char*>(to) + i * to_stride, &lines[static_cast<size_t>(i)],
                sizeof(Octet));
  }
}

}  // namespace diabolo
