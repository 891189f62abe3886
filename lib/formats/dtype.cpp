#include "lib/formats/dtype.hpp"

#include <algorithm>
#include <array>

namespace diabolo::formats {

namespace {
struct Row {
  std::string_view name;
  size_t size;
};

/// In the order of the enumeration.
constexpr std::array kRows{Row{"F64", 8}, Row{"F32", 4}, Row{"F16", 2}, Row{"BF16", 2},
                           Row{"I64", 8}, Row{"I32", 4}, Row{"I16", 2}, Row{"I8", 1},
                           Row{"U64", 8}, Row{"U32", 4}, Row{"U16", 2}, Row{"U8", 1},
                           Row{"BOOL", 1}};
static_assert(kRows.size() == static_cast<size_t>(Dtype::kBool) + 1);
}  // namespace

size_t size_of(Dtype dtype) { return kRows.at(static_cast<size_t>(dtype)).size; }

std::string_view name_of(Dtype dtype) { return kRows.at(static_cast<size_t>(dtype)).name; }

std::optional<Dtype> dtype_named(std::string_view name) {
  for (size_t i = 0; i < kRows.size(); ++i) {
    if (kRows[i].name == name) return static_cast<Dtype>(i);
  }
  return std::nullopt;
}

std::optional<uint64_t> tensor_size(Dtype dtype, const std::vector<int64_t>& shape) {
  auto size = static_cast<int64_t>(size_of(dtype));
  for (const int64_t length : shape) {
    if (__builtin_mul_overflow(size, std::max<int64_t>(length, 1), &size)) return std::nullopt;
  }
  const bool is_empty = std::find(shape.begin(), shape.end(), 0) != shape.end();
  return is_empty ? 0 : static_cast<uint64_t>(size);
}

std::string describe(Dtype dtype, const std::vector<int64_t>& shape) {
  std::string text(name_of(dtype));
  if (shape.empty()) return text + " of one number";
  for (size_t i = 0; i < shape.size(); ++i) {
    text += (i == 0 ? " " : " x ") + std::to_string(shape[i]);
  }
  return text;
}

}  // namespace diabolo::formats
