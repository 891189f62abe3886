#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace diabolo::formats {

/// The types of tensor elements that are read and written.
enum class Dtype { kF64, kF32, kF16, kBF16, kI64, kI32, kI16, kI8, kU64, kU32, kU16, kU8, kBool };

/// Bytes an element takes.
size_t size_of(Dtype dtype);

/// As safetensors spells it: "F32", "BF16", "BOOL".
std::string_view name_of(Dtype dtype);

/// The reverse of name_of(); nothing if there is no such type.
std::optional<Dtype> dtype_named(std::string_view name);

/// Bytes that a tensor takes; nothing if 63 bits cannot hold the product of its lengths, where 0
/// counts as 1 so that no order of multiplying can overflow.
std::optional<uint64_t> tensor_size(Dtype dtype, const std::vector<int64_t>& shape);

/// "F32 2 x 3", "I64 of one number".
std::string describe(Dtype dtype, const std::vector<int64_t>& shape);

}  // namespace diabolo::formats
