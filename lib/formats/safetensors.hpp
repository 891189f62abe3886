#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/formats/dtype.hpp"

/// Safetensors: 8 bytes with the little-endian length of a header, the header in JSON, and the
/// tensors' bytes without gaps. Files are readable by every other implementation; ours add a
/// checksum to the metadata, so that no changed byte goes unnoticed.
///
/// Throws std::invalid_argument if a file is missing or is not safetensors, and std::runtime_error
/// if it is, but damaged.
namespace diabolo::formats {

using Metadata = std::map<std::string, std::string>;

/// Tensor to write. `data`: elements little-endian, last dimension fastest; not owned.
struct TensorView {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<int64_t> shape;  ///< Each >= 0; empty for a single number.
  std::string_view data;       ///< size_of(dtype) bytes an element.
};

/// Tensor in a file.
struct TensorEntry {
  std::string name;
  Dtype dtype = Dtype::kF32;
  std::vector<int64_t> shape;
  uint64_t offset = 0;  ///< Of its first byte, from the start of the file.
  uint64_t size = 0;    ///< Bytes.
};

/// A file as it was read. What is in it agrees with itself: sizes follow from shapes, every byte of
/// data belongs to one tensor, names are unique.
struct SafetensorsFile {
  std::string name;                  ///< For messages.
  Metadata metadata;                 ///< Without the checksum.
  std::vector<TensorEntry> tensors;  ///< Sorted by name.
  std::string bytes;                 ///< The whole file.
  bool checksummed = false;          ///< Whether it held a checksum, which then was right.
  std::string checksum{};            ///< The one it held; "" without.

  /// The bytes of one of `tensors`, valid as long as this file. They may lie at any address: copy
  /// them, do not read floats in place.
  std::string_view data(const TensorEntry& tensor) const;

  /// Throws std::runtime_error naming the file and the tensor if there is none of that name.
  const TensorEntry& find(std::string_view tensor_name) const;
};

/// Whether a file without a checksum, as other programs write it, is welcome. Damage to the word
/// "sha256" itself makes one of a file that had it, so our own files are read with kRequired.
enum class Checksum { kRequired, kIfPresent };

SafetensorsFile read_safetensors(const std::filesystem::path& path,
                                 Checksum checksum = Checksum::kIfPresent);

/// The same from memory; `name` is for messages.
SafetensorsFile parse_safetensors(std::string bytes, const std::string& name,
                                  Checksum checksum = Checksum::kIfPresent);

/// Writes a file atomically. Equal contents give equal bytes: tensors lie sorted by name, and the
/// header is padded with spaces to a multiple of 8 bytes. Adds the checksum to the metadata.
/// Throws std::invalid_argument naming the tensor or key if sizes disagree with shapes, a name
/// comes twice or is "__metadata__", a text is not UTF-8, or `metadata` holds "sha256" already.
void write_safetensors(const std::filesystem::path& path, const Metadata& metadata,
                       std::vector<TensorView> tensors);

/// The value of "sha256" in the metadata: the SHA-256, as 64 lower-case hexadecimal digits, of all
/// that the file means, whatever its layout and the spelling of its JSON. With u64 = 8 bytes
/// little-endian and text = u64 length + UTF-8 bytes, it is taken over
///   u64 number of metadata entries ("sha256" left out), then each, sorted by the bytes of its key:
///     text key, text value
///   u64 number of tensors, then each, sorted by the bytes of its name:
///     text name, text dtype ("F32"), u64 number of dimensions, u64 each length,
///     u64 size of the data in bytes, the data
/// `tensors` must be sorted.
std::string safetensors_checksum(const Metadata& metadata, std::span<const TensorView> tensors);

}  // namespace diabolo::formats
