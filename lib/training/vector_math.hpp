#pragma once

#include <c10/util/BFloat16.h>

#include <cstdint>
#include <cstring>

// Several floats at once, in GCC's vector extensions.

/// A function for processors with these instructions alone: see processor_has().
#if defined(__x86_64__)
#define DIABOLO_AVX2 [[gnu::target("avx2,fma")]]
#define DIABOLO_AVX512 [[gnu::target("avx512f,avx512bw,avx512vl,fma")]]
#define DIABOLO_AVX512_BF16 [[gnu::target("avx512f,avx512bw,avx512vl,avx512bf16,fma")]]
#else  // Never called there.
#define DIABOLO_AVX2
#define DIABOLO_AVX512
#define DIABOLO_AVX512_BF16
#endif

/// A function that becomes part of its callers, so that it is compiled for the processors they are.
#define DIABOLO_PART [[gnu::always_inline]] inline

namespace diabolo {

/// Values of four bytes that fill a register, and their bfloat16 halves.
template <int64_t kCount>
struct Vectors {
  using Floats [[gnu::vector_size(kCount * sizeof(float))]] = float;
  using Integers [[gnu::vector_size(kCount * sizeof(float))]] = int32_t;
  using Bits [[gnu::vector_size(kCount * sizeof(float))]] = uint32_t;
  using Halves [[gnu::vector_size(kCount * sizeof(uint16_t))]] = uint16_t;
};

template <typename Floats>
constexpr int64_t kLanesOf = sizeof(Floats) / sizeof(float);
template <typename Floats>
using VectorsLike = Vectors<kLanesOf<Floats>>;

/// The first `count` values; zeros past them.
template <typename Vector, typename Value>
DIABOLO_PART Vector load_some(const Value* from, int64_t count) {
  constexpr auto kCount = static_cast<int64_t>(sizeof(Vector) / sizeof(Value));
  Vector values{};
  if (count >= kCount) {
    std::memcpy(&values, from, sizeof values);
  } else {
    std::memcpy(&values, from, static_cast<size_t>(count) * sizeof(Value));
  }
  return values;
}

template <typename Vector, typename Value>
DIABOLO_PART void store_some(const Vector& values, Value* to, int64_t count) {
  constexpr auto kCount = static_cast<int64_t>(sizeof(Vector) / sizeof(Value));
  if (count >= kCount) {
    std::memcpy(to, &values, sizeof values);
  } else {
    std::memcpy(to, &values, static_cast<size_t>(count) * sizeof(Value));
  }
}

template <typename Floats>
DIABOLO_PART Floats load(const float* from, int64_t count) {
  return load_some<Floats>(from, count);
}

template <typename Floats>
DIABOLO_PART Floats load(const c10::BFloat16* from, int64_t count) {
  using Like = VectorsLike<Floats>;
  const auto halves = load_some<typename Like::Halves>(from, count);
  return reinterpret_cast<Floats>(__builtin_convertvector(halves, typename Like::Bits) << 16);
}

template <typename Floats>
DIABOLO_PART void store(const Floats& values, float* to, int64_t count) {
  store_some(values, to, count);
}

/// Rounded to the nearest, of two to the even one.
template <typename Floats>
DIABOLO_PART void store(const Floats& values, c10::BFloat16* to, int64_t count) {
  using Like = VectorsLike<Floats>;
  using Bits = typename Like::Bits;
  const auto bits = reinterpret_cast<Bits>(values);
  const Bits rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
  const Bits kept = values == values ? rounded : Bits{} + 0x7FC0;
  store_some(__builtin_convertvector(kept, typename Like::Halves), to, count);
}

template <typename Floats>
DIABOLO_PART Floats all(float value) {
  return Floats{} + value;
}

template <typename Floats>
DIABOLO_PART Floats absolute(Floats x) {
  return x < 0 ? -x : x;
}

/// e^x = 2^n e^r, by the polynomial of Cephes' expf (Moshier 1992); e^-87 below -87, infinity from
/// 88.4 on, NaN of NaN.
template <typename Floats>
DIABOLO_PART Floats exponential(Floats x) {
  using Integers = typename VectorsLike<Floats>::Integers;
  constexpr float kShift = 12'582'912;  // 1.5 * 2^23: what is added to it is rounded to a whole.
  constexpr int32_t kShiftBits = 0x4B400000;
  constexpr int32_t kBias = 127;
  constexpr int32_t kMantissa = 23;
  x = x < -87.0F ? all<Floats>(-87.0F) : x;
  x = x > 89.0F ? all<Floats>(89.0F) : x;
  const Floats shifted = x * 1.44269504F + kShift;
  const Floats n = shifted - kShift;
  const Floats r = x - n * 0.693359375F + n * 2.12194440e-4F;
  Floats p = r * 1.9875691500e-4F + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  const Integers power = (reinterpret_cast<Integers>(shifted) - (kShiftBits - kBias)) << kMantissa;
  return p * reinterpret_cast<Floats>(power);
}

/// log(1 + e) for e in [0, 1], by the polynomial of Cephes' logf.
template <typename Floats>
DIABOLO_PART Floats log_one_plus(Floats e) {
  using Integers = typename VectorsLike<Floats>::Integers;
  const Integers is_high = e > 0.41421356F;  // 1 + e is halved there.
  const Floats f = is_high ? (e - 1.0F) * 0.5F : e;
  Floats p = f * 7.0376836292e-2F - 1.1514610310e-1F;
  p = p * f + 1.1676998740e-1F;
  p = p * f - 1.2420140846e-1F;
  p = p * f + 1.4249322787e-1F;
  p = p * f - 1.6668057665e-1F;
  p = p * f + 2.0000714765e-1F;
  p = p * f - 2.4999993993e-1F;
  p = p * f + 3.3333331174e-1F;
  const Floats squared = f * f;
  const Floats log = p * f * squared - squared * 0.5F + f;
  return is_high ? log + 0.69314718F : log;
}

/// 1 / (1 + e^-x)
template <typename Floats>
DIABOLO_PART Floats sigmoid(Floats x) {
  return 1.0F / (1.0F + exponential(-x));
}

}  // namespace diabolo
