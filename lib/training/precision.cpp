#include "lib/training/precision.hpp"

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <ATen/core/ivalue.h>
#include <ATen/cpu/Utils.h>
#include <torch/cuda.h>

#include <algorithm>

namespace diabolo {

std::vector<std::string> processor_features() {
  const auto known = at::cpu::get_cpu_capabilities();
  std::vector<std::string> features;
  for (const char* name : {"avx2", "avx512_f", "avx512_bf16", "amx_bf16"}) {
    const auto found = known.find(name);
    if (found != known.end() && found->second.toBool()) features.emplace_back(name);
  }
  return features;
}

bool processor_has_bf16() {
  const auto features = processor_features();
  return std::ranges::any_of(features,
                             [](const std::string& name) { return name.ends_with("bf16"); });
}

Precision resolve_precision(Precision precision, const torch::Device& device) {
  if (precision != Precision::kAuto) return precision;
  if (device.is_cuda()) return Precision::kBf16;
  return processor_has_bf16() ? Precision::kBf16 : Precision::kFp32;
}

torch::Device resolve_device(const std::string& device) {
  const bool has_cuda = torch::cuda::is_available();
  if (device == "cpu" || (device == "auto" && !has_cuda)) return torch::kCPU;
  if (device != "auto" && device != "cuda" && !device.starts_with("cuda:")) {
    throw std::invalid_argument(unknown_word("device", device, {"auto", "cpu", "cuda", "cuda:0"}));
  }
  if (!has_cuda) {
    throw std::invalid_argument(
        "no CUDA device is usable here, or this LibTorch has no CUDA; "
        "give --device cpu");
  }
  int64_t index = 0;
  if (device.starts_with("cuda:")) from_text(std::string_view(device).substr(5), index);
  const auto count = static_cast<int64_t>(torch::cuda::device_count());
  if (index < 0 || index >= count) {
    throw std::invalid_argument("there is no device '" + device + "'; found " +
                                std::to_string(count) + " CUDA device(s)");
  }
  return {torch::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

PrecisionScope::PrecisionScope(Precision precision, const torch::Device& device)
    : device_(device.type()),
      was_enabled_(at::autocast::is_autocast_enabled(device_)),
      enabled_(precision == Precision::kBf16) {
  if (!enabled_) return;
  at::autocast::set_autocast_enabled(device_, true);
  at::autocast::set_autocast_dtype(device_, at::kBFloat16);
}

PrecisionScope::~PrecisionScope() {
  if (!enabled_) return;
  // The cache holds bfloat16 copies of the weights, which the next step makes stale.
  at::autocast::clear_cache();
  at::autocast::set_autocast_enabled(device_, was_enabled_);
}

ThreadScope::ThreadScope(int64_t threads) : before_(at::get_num_threads()) {
  at::set_num_threads(static_cast<int>(threads));
}

ThreadScope::~ThreadScope() { at::set_num_threads(before_); }

}  // namespace diabolo
