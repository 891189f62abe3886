#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the reading of NPY is made of. Not for use outside this folder.
namespace diabolo::formats {

inline constexpr size_t kMaxNpyDimensions = 64;  ///< numpy's own limit.

/// A header as it is written.
struct NpyDictionary {
  std::optional<std::string> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<int64_t>> shape;  ///< Each >= 0.
};

/// Reads a Python dictionary of these three keys, in any order, each at most once, and nothing of
/// Python but the literals that they need: texts without escapes, True and False, tuples of whole
/// numbers. Throws std::runtime_error, naming the file `name`, for anything else, and
/// std::invalid_argument for records.
NpyDictionary read_npy_dictionary(std::string_view text, const std::string& name);

}  // namespace diabolo::formats
