#include "lib/formats/npy_header.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "lib/formats/gzip.hpp"
#include "lib/formats/messages.hpp"
#include "lib/formats/npy_dictionary.hpp"

namespace diabolo::formats {

namespace {
constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::string_view kKind = "an NPY file";
constexpr size_t kShortestPrefix = 10;
constexpr size_t kAlignment = 64;
constexpr uint64_t kMaxHeader = 1'000'000;

/// As numpy spells them, without the byte order.
constexpr std::array kTypes{
    std::pair{Dtype::kF64, "f8"}, std::pair{Dtype::kF32, "f4"}, std::pair{Dtype::kF16, "f2"},
    std::pair{Dtype::kI64, "i8"}, std::pair{Dtype::kI32, "i4"}, std::pair{Dtype::kI16, "i2"},
    std::pair{Dtype::kI8, "i1"},  std::pair{Dtype::kU64, "u8"}, std::pair{Dtype::kU32, "u4"},
    std::pair{Dtype::kU16, "u2"}, std::pair{Dtype::kU8, "u1"},  std::pair{Dtype::kBool, "b1"}};

[[noreturn]] void refuse(const std::string& name, const std::string& why) {
  throw std::invalid_argument("cannot read " + in_quotes(name) + ": " + why);
}

Dtype checked_type(const std::string& descr, const std::string& name) {
  const std::string shown = " (dtype " + in_quotes(descr) + ")";
  const char order = descr.empty() ? '\0' : descr.front();
  if (descr == "O" || descr == "|O") {
    refuse(name, "its elements are Python objects" + shown +
                     ", which are stored as a pickle and can run code when they are read; save "
                     "numbers: array.astype('float32')");
  }
  for (const auto& [dtype, type] : kTypes) {
    if (descr.empty() || descr.substr(1) != type) continue;
    const bool is_one_byte = size_of(dtype) == 1;
    if (order == '>' && !is_one_byte) {
      refuse(name, "its numbers are big-endian" + shown +
                       "; save them little-endian: " + "array.astype('<" + type + "')");
    }
    if (order == '<' || order == '=') return dtype;
    if (is_one_byte && (order == '|' || order == '>')) return dtype;
  }
  refuse(name, "its elements are of a type that is not read" + shown +
                   "; b1, i1 to i8, u1 to u8 and f2 to f8 are");
}

/// The length of the header, from the bytes that follow the version.
uint64_t stated_length(std::string_view bytes) {
  uint64_t length = 0;
  for (size_t i = bytes.size(); i-- > 0;) length = length << 8 | static_cast<uint8_t>(bytes[i]);
  return length;
}

/// Bytes before the header, by the version of the file.
size_t checked_prefix(std::string_view first, const std::string& name) {
  if (!first.starts_with(kMagic)) {
    throw not_a(
        kKind, name,
        is_gzip(first) ? "it is compressed by gzip" : R"(it does not begin with '\x93NUMPY')");
  }
  if (first.size() < kShortestPrefix) {
    throw damaged(name, "it ends after " + counted(first.size(), "byte") + ", within its header");
  }
  const auto major = static_cast<uint8_t>(first[kMagic.size()]);
  const auto minor = static_cast<uint8_t>(first[kMagic.size() + 1]);
  if (major < 1 || major > 3 || minor != 0) {
    refuse(name, "it is of NPY version " + std::to_string(major) + "." + std::to_string(minor) +
                     "; 1.0, 2.0 and 3.0 are read");
  }
  return major == 1 ? kShortestPrefix : kMaxNpyPrefix;
}

std::string text_of(const std::vector<int64_t>& shape) {
  std::string text = "(";
  for (size_t i = 0; i < shape.size(); ++i) text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
  return text + (shape.size() == 1 ? ",)" : ")");
}

std::string descr_of(Dtype dtype) {
  const auto is_it = [&](const auto& row) { return row.first == dtype; };
  const auto found = std::find_if(kTypes.begin(), kTypes.end(), is_it);
  if (found == kTypes.end()) {
    throw std::invalid_argument("NPY has no type " + std::string(name_of(dtype)));
  }
  return (size_of(dtype) == 1 ? "|" : "<") + std::string(found->second);
}

void check_shape(const NpyHeader& header) {
  if (header.shape.size() > kMaxNpyDimensions) {
    throw std::invalid_argument("an NPY array has at most 64 dimensions, not " +
                                std::to_string(header.shape.size()));
  }
  for (const int64_t length : header.shape) {
    if (length >= 0) continue;
    throw std::invalid_argument("an NPY dimension cannot be " + std::to_string(length) + " long");
  }
  if (!tensor_size(header.dtype, header.shape)) {
    throw std::invalid_argument(describe(header.dtype, header.shape) + " is too large");
  }
}
}  // namespace

NpyExtent checked_npy_extent(std::string_view first, uint64_t size, const std::string& name) {
  const size_t prefix = checked_prefix(first, name);
  if (first.size() < prefix) {
    throw damaged(name, "it ends after " + counted(first.size(), "byte") + ", within its header");
  }
  const size_t begin = kMagic.size() + 2;
  const uint64_t length = stated_length(first.substr(begin, prefix - begin));
  const std::string stated = "its header is said to be " + counted(length, "byte") + " long, ";
  if (length > kMaxHeader) throw damaged(name, stated + "at most 1,000,000 are allowed");
  if (length > size - prefix) throw damaged(name, stated + grouped(size - prefix) + " are there");
  return {.begin = prefix, .end = prefix + static_cast<size_t>(length)};
}

NpyHeader parse_npy_header(std::string_view text, const std::string& name) {
  NpyDictionary stated = read_npy_dictionary(text, name);
  const auto need = [&](bool is_there, const char* key) {
    if (!is_there) throw damaged(name, "its header has no " + in_quotes(key));
  };
  need(stated.descr.has_value(), "descr");
  need(stated.fortran_order.has_value(), "fortran_order");
  need(stated.shape.has_value(), "shape");
  const Dtype dtype = checked_type(*stated.descr, name);
  if (*stated.fortran_order) {
    refuse(name, "its numbers lie in Fortran order; save numpy.ascontiguousarray(array)");
  }
  return {.dtype = dtype, .shape = std::move(*stated.shape)};
}

std::string serialize_npy_header(const NpyHeader& header) {
  check_shape(header);
  std::string text = "{'descr': '" + descr_of(header.dtype) +
                     "', 'fortran_order': False, 'shape': " + text_of(header.shape) + ", }";
  const size_t unpadded = kShortestPrefix + text.size() + 1;
  text.append((kAlignment - unpadded % kAlignment) % kAlignment, ' ');
  text += '\n';
  // 64 lengths of 19 digits fit: version 1.0 is always enough.
  static_assert(kMaxNpyDimensions * 21 + 200 < 0x10000);
  std::string bytes(kMagic);
  for (const size_t byte : {size_t{1}, size_t{0}, text.size() & 0xff, text.size() >> 8}) {
    bytes += static_cast<char>(byte);
  }
  return bytes + text;
}

}  // namespace diabolo::formats
