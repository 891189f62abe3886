#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace diabolo::formats {

/// The types of tensor elements that are read and written.
enum class Dtype { kF64, kF32, kF16, kBF16, kI64, kI32, kI16, kI8, kU8, kBool };

/// Bytes an element takes.
size_t size_of(Dtype dtype);

/// As safetensors spells it: "F32", "BF16", "BOOL".
std::string_view name_of(Dtype dtype);

/// The reverse of name_of(); nothing if there is no such type.
std::optional<Dtype> dtype_named(std::string_view name);

}  // namespace diabolo::formats
