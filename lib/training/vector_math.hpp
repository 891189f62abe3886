#pragma once

#include <cstdint>
#include <cstring>

// Eight floats at once, in GCC's vector extensions.

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

constexpr int64_t kLanes = 8;
using Vector [[gnu::vector_size(kLanes * sizeof(float))]] = float;
using Integers [[gnu::vector_size(kLanes * sizeof(int32_t))]] = int32_t;

/// Zeros past the last of `count` values.
DIABOLO_PART Vector load(const float* from, int64_t count) {
  Vector values{};
  if (count >= kLanes) {
    std::memcpy(&values, from, sizeof values);
  } else {
    std::memcpy(&values, from, static_cast<size_t>(count) * sizeof(float));
  }
  return values;
}

DIABOLO_PART void store(const Vector& values, float* to, int64_t count) {
  if (count >= kLanes) {
    std::memcpy(to, &values, sizeof values);
  } else {
    std::memcpy(to, &values, static_cast<size_t>(count) * sizeof(float));
  }
}

DIABOLO_PART Vector all(float value) { return Vector{} + value; }

DIABOLO_PART Vector absolute(Vector x) { return x < 0 ? -x : x; }

/// e^x = 2^n e^r, by the polynomial of Cephes' expf (Moshier 1992); e^-87 below -87, infinity from
/// 88.4 on, NaN of NaN.
DIABOLO_PART Vector exponential(Vector x) {
  constexpr float kShift = 12'582'912;  // 1.5 * 2^23: what is added to it is rounded to a whole.
  constexpr int32_t kShiftBits = 0x4B400000;
  constexpr int32_t kBias = 127;
  constexpr int32_t kMantissa = 23;
  x = x < -87.0F ? all(-87.0F) : x;
  x = x > 89.0F ? all(89.0F) : x;
  const Vector shifted = x * 1.44269504F + kShift;
  const Vector n = shifted - kShift;
  const Vector r = x - n * 0.693359375F + n * 2.12194440e-4F;
  Vector p = r * 1.9875691500e-4F + 1.3981999507e-3F;
  p = p * r + 8.3334519073e-3F;
  p = p * r + 4.1665795894e-2F;
  p = p * r + 1.6666665459e-1F;
  p = p * r + 5.0000001201e-1F;
  p = p * r * r + r + 1.0F;
  const Integers power = (reinterpret_cast<Integers>(shifted) - (kShiftBits - kBias)) << kMantissa;
  return p * reinterpret_cast<Vector>(power);
}

/// log(1 + e) for e in [0, 1], by the polynomial of Cephes' logf.
DIABOLO_PART Vector log_one_plus(Vector e) {
  const Integers is_high = e > 0.41421356F;  // 1 + e is halved there.
  const Vector f = is_high ? (e - 1.0F) * 0.5F : e;
  Vector p = f * 7.0376836292e-2F - 1.1514610310e-1F;
  p = p * f + 1.1676998740e-1F;
  p = p * f - 1.2420140846e-1F;
  p = p * f + 1.4249322787e-1F;
  p = p * f - 1.6668057665e-1F;
  p = p * f + 2.0000714765e-1F;
  p = p * f - 2.4999993993e-1F;
  p = p * f + 3.3333331174e-1F;
  const Vector squared = f * f;
  const Vector log = p * f * squared - squared * 0.5F + f;
  return is_high ? log + 0.69314718F : log;
}

/// 1 / (1 + e^-x)
DIABOLO_PART Vector sigmoid(Vector x) { return 1.0F / (1.0F + exponential(-x)); }

}  // namespace diabolo
