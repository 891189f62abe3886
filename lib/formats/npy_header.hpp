#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "lib/formats/npy.hpp"

/// What reading and writing of NPY share. Not for use outside this folder.
namespace diabolo::formats {

inline constexpr size_t kMaxNpyPrefix = 12;  ///< Bytes before the header, of any version.

/// Where in a file its header lies. The numbers begin at its end.
struct NpyExtent {
  size_t begin = 0;
  size_t end = 0;
};

/// Reads what comes before the header, from the first kMaxNpyPrefix bytes of a file of `size` bytes
/// (fewer if it is shorter). The header it finds lies within the file. `name` is for messages.
NpyExtent checked_npy_extent(std::string_view first, uint64_t size, const std::string& name);

/// Reads a header, all three keys of which have to be there. Nothing is checked against the data.
NpyHeader parse_npy_header(std::string_view text, const std::string& name);

/// All that comes before the numbers, padded with spaces to a multiple of 64 bytes. Throws
/// std::invalid_argument, saying why and not where, if NPY cannot hold such an array.
std::string serialize_npy_header(const NpyHeader& header);

}  // namespace diabolo::formats
