#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the shape of an IDX array, 1 to 4 lengths, says about its file.
namespace diabolo::formats {

inline constexpr size_t kIdxMagicSize = 4;  ///< Two zero bytes, the type, how many lengths.
inline constexpr uint8_t kIdxUnsignedByte = 0x08;
inline constexpr size_t kMaxIdxDimensions = 4;

/// Bytes in front of the values.
size_t idx_header_size(const std::vector<int64_t>& shape);

/// Bytes of the file, if 63 bits can hold them.
std::optional<uint64_t> idx_file_size(const std::vector<int64_t>& shape);

/// "2 x 28 x 28".
std::string idx_product(const std::vector<int64_t>& shape);

/// "16 + 2 x 28 x 28": how the length of the file comes about.
std::string idx_sum(const std::vector<int64_t>& shape);

}  // namespace diabolo::formats
