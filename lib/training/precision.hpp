#pragma once

#include <torch/types.h>

#include "models/field.hpp"

namespace diabolo {

enum class Precision {
  kAuto,  ///< bf16 where the processor has instructions for it, else fp32.
  kFp32,
  kBf16,  ///< Matrix products in bfloat16; weights, loss and metrics stay float32.
};
template <>
inline constexpr auto kEnumNames<Precision> =
    std::array{std::pair{Precision::kAuto, "auto"}, std::pair{Precision::kFp32, "fp32"},
               std::pair{Precision::kBf16, "bf16"}};

/// True when this processor multiplies bfloat16 in hardware (AVX-512 BF16 or AMX).
bool processor_has_bf16();

/// Names of the vector extensions that matter here and that this processor has: "avx2", ….
std::vector<std::string> processor_features();

/// kAuto made definite for this machine; other values as they are.
Precision resolve_precision(Precision precision, const torch::Device& device);

/// "auto" (CUDA when there is one), "cpu", "cuda" or "cuda:1".
/// Throws std::invalid_argument for another word, or for a device that is not there.
torch::Device resolve_device(const std::string& device);

/// Within its life, operations on `device` run in bfloat16 where that is safe (autocast).
class PrecisionScope {
 public:
  PrecisionScope(Precision precision, const torch::Device& device);
  ~PrecisionScope();
  PrecisionScope(const PrecisionScope&) = delete;
  PrecisionScope& operator=(const PrecisionScope&) = delete;

 private:
  torch::DeviceType device_;
  bool was_enabled_;
  bool enabled_;
};

/// Within its life, operations on the processor use so many threads.
class ThreadScope {
 public:
  explicit ThreadScope(int64_t threads);  ///< > 0
  ~ThreadScope();
  ThreadScope(const ThreadScope&) = delete;
  ThreadScope& operator=(const ThreadScope&) = delete;

 private:
  int before_;
};

}  // namespace diabolo
