#include "lib/formats/dtype.hpp"

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
                           Row{"U8", 1},  Row{"BOOL", 1}};
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

}  // namespace diabolo::formats
