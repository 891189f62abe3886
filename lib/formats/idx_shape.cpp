#include "lib/formats/idx_shape.hpp"

#include "lib/formats/messages.hpp"

namespace diabolo::formats {

size_t idx_header_size(const std::vector<int64_t>& shape) {
  return kIdxMagicSize + 4 * shape.size();
}

std::optional<uint64_t> idx_file_size(const std::vector<int64_t>& shape) {
  int64_t size = 1;
  // The number of samples comes last: it may be 0, and must not hide an overflow of the others.
  for (auto length = shape.rbegin(); length != shape.rend(); ++length) {
    if (__builtin_mul_overflow(size, *length, &size)) return std::nullopt;
  }
  const auto header = static_cast<int64_t>(idx_header_size(shape));
  if (__builtin_add_overflow(size, header, &size)) return std::nullopt;
  return static_cast<uint64_t>(size);
}

std::string idx_product(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t length : shape) {
    text += (text.empty() ? "" : " x ") + grouped(static_cast<uint64_t>(length));
  }
  return text;
}

std::string idx_sum(const std::vector<int64_t>& shape) {
  return grouped(idx_header_size(shape)) + " + " + idx_product(shape);
}

}  // namespace diabolo::formats
