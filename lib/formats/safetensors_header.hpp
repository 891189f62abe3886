#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lib/formats/safetensors.hpp"

/// What reading and writing of safetensors share. Not for use outside this folder.
namespace diabolo::formats {

inline constexpr uint64_t kMaxSafetensorsHeader = 100'000'000;  ///< The format's own limit, bytes.
inline constexpr std::string_view kMetadataKey = "__metadata__";
inline constexpr std::string_view kChecksumKey = "sha256";

/// A tensor as the header states it, with nothing checked against the data.
struct StatedTensor {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<int64_t> shape;  ///< Each >= 0.
  uint64_t begin = 0;          ///< Offsets from the end of the header.
  uint64_t end = 0;
};

struct SafetensorsHeader {
  Metadata metadata;  ///< With the checksum, if there is one.
  std::vector<StatedTensor> tensors;
};

/// Reads the JSON. Throws std::runtime_error, naming the file `name`, for anything but the one form
/// that a header has: also for keys that come twice or are unknown.
SafetensorsHeader parse_safetensors_header(std::string_view json, const std::string& name);

}  // namespace diabolo::formats
