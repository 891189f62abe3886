#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "lib/training/named_tensors.hpp"

namespace diabolo {

using Metadata = std::map<std::string, std::string>;

struct TensorFile {
  Metadata metadata;
  NamedTensors tensors;  ///< On the CPU, contiguous, each with memory of its own.
  std::string sha256{};  ///< The checksum of what was read; tells one file from another.
};

/// Writes float32, int64 and uint8 tensors as safetensors with a checksum, atomically.
/// Equal contents give equal bytes. Throws std::runtime_error when the disk fails.
void write_tensor_file(const std::filesystem::path& path, const TensorFile& file);

/// Reads what write_tensor_file wrote; any other byte in it is an error, never another number.
/// Throws std::invalid_argument when it is no such file, std::runtime_error when it is damaged.
TensorFile read_tensor_file(const std::filesystem::path& path);

}  // namespace diabolo
