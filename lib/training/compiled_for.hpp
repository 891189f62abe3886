#pragma once

#include "lib/training/instructions.hpp"
#include "lib/training/vector_math.hpp"

namespace diabolo {

template <typename Work, typename Values>
double with_any(const Values& values) {
  return Work::template pass<Vectors<8>::Floats>(values);
}

template <typename Work, typename Values>
DIABOLO_AVX2 double with_avx2(const Values& values) {
  return Work::template pass<Vectors<8>::Floats>(values);
}

template <typename Work, typename Values>
DIABOLO_AVX512 double with_avx512(const Values& values) {
  return Work::template pass<Vectors<16>::Floats>(values);
}

/// The function Work::pass<Floats>, by vectors of floats, as it is compiled for a processor.
template <typename Work, typename Values>
auto compiled_for(Instructions instructions) {
  if (instructions >= Instructions::kAvx512) return with_avx512<Work, Values>;
  return instructions == Instructions::kAvx2 ? with_avx2<Work, Values> : with_any<Work, Values>;
}

}  // namespace diabolo
