#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// IDX, the format of MNIST: two zero bytes, a type, a number of dimensions, that many big-endian
/// 32-bit lengths, then the values, last dimension fastest. Only unsigned bytes (type 0x08) in 1
/// to 4 dimensions are read. A file has to be exactly as long as its header says.
///
/// Throws std::invalid_argument if a file is missing or is not IDX of unsigned bytes, and
/// std::runtime_error if it is, but damaged.
namespace diabolo::formats {

struct IdxArray {
  std::vector<int64_t> shape;   ///< 1 to 4 lengths; the first, of samples, >= 0, the others > 0.
  std::vector<uint8_t> values;  ///< As many as the product of `shape`.

  bool operator==(const IdxArray&) const = default;
};

/// Reads an IDX file, as it is or compressed by gzip: its first bytes tell, not its name. Never
/// takes memory that the length of the file does not warrant.
IdxArray read_idx(const std::filesystem::path& path);

/// The same from memory; `name` is for messages.
IdxArray parse_idx(std::string_view bytes, const std::string& name);

/// Writes an IDX file atomically, compressed if the name ends in ".gz".
/// Throws std::invalid_argument if `array` does not keep to the rules above.
void write_idx(const std::filesystem::path& path, const IdxArray& array);

}  // namespace diabolo::formats
