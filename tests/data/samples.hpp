#pragma once

#include "lib/data/dataset.hpp"

namespace diabolo {

/// Bytes that look random and are the same everywhere. shape: [N, C, H, W]
inline torch::Tensor noisy_bytes(const std::vector<int64_t>& shape) {
  int64_t count = 1;
  for (const int64_t size : shape) count *= size;
  const auto waves = torch::arange(count, torch::kFloat64).mul(12.9898).sin().mul(43758.5453);
  return (waves - waves.floor()).mul(256).floor().to(torch::kUInt8).view(shape);
}

inline Dataset dataset_of(const torch::Tensor& samples, const std::string& name = "made up") {
  return {.samples = samples, .labels = {}, .name = name, .sample_names = {}};
}

/// A data set whose sample i holds the value i alone.
inline Dataset counted(int64_t count) {
  return dataset_of(torch::arange(count, torch::kUInt8).view({count, 1, 1, 1}));
}

}  // namespace diabolo
