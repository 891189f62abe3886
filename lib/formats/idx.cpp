#include "lib/formats/idx.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <stdexcept>

#include "lib/formats/file.hpp"
#include "lib/formats/gzip.hpp"
#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
constexpr uint8_t kUnsignedByte = 0x08;
constexpr size_t kMagicSize = 4;
constexpr size_t kMaxDimensions = 4;
constexpr uint64_t kMaxLength = std::numeric_limits<uint32_t>::max();
constexpr uint64_t kMaxCompressed = uint64_t{16} << 30;
constexpr std::string_view kKind = "an IDX file of unsigned bytes";

/// Where the bytes of an array come from.
struct Source {
  std::string name;
  uint64_t size;  ///< Bytes that are there; of gzip, the most that can be.
  bool is_exact;  ///< Whether `size` is the one or the other.
  /// Copies the next bytes and returns how many there were; fewer than asked at the end only.
  std::function<size_t(char*, size_t)> read;
};

std::string hexadecimal(uint8_t byte) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  return {'0', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
}

std::string_view type_name(uint8_t type) {
  switch (type) {
    case 0x09:
      return "signed bytes";
    case 0x0B:
      return "16-bit integers";
    case 0x0C:
      return "32-bit integers";
    case 0x0D:
      return "32-bit floats";
    case 0x0E:
      return "64-bit floats";
    default:
      return "an unknown type";
  }
}

/// "2 x 28 x 28".
std::string product_of(const std::vector<int64_t>& shape) {
  std::string text;
  for (const int64_t length : shape) {
    text += (text.empty() ? "" : " x ") + grouped(static_cast<uint64_t>(length));
  }
  return text;
}

size_t header_size(const std::vector<int64_t>& shape) { return kMagicSize + 4 * shape.size(); }

/// "16 + 2 x 28 x 28": how the length of a file comes about.
std::string sum_of(const std::vector<int64_t>& shape) {
  return grouped(header_size(shape)) + " + " + product_of(shape);
}

/// Length in bytes of a file of this shape, if 63 bits can hold it.
std::optional<uint64_t> file_size(const std::vector<int64_t>& shape) {
  int64_t size = 1;
  // The number of samples comes last: it may be 0, and must not hide an overflow of the others.
  for (auto length = shape.rbegin(); length != shape.rend(); ++length) {
    if (__builtin_mul_overflow(size, *length, &size)) return std::nullopt;
  }
  const auto header = static_cast<int64_t>(header_size(shape));
  if (__builtin_add_overflow(size, header, &size)) return std::nullopt;
  return static_cast<uint64_t>(size);
}

/// Checks the first four bytes and returns the number of dimensions.
size_t read_magic(const Source& source) {
  std::array<char, kMagicSize> magic{};
  const size_t got = source.read(magic.data(), magic.size());
  if (got < magic.size()) {
    throw not_a(kKind, source.name, "it holds " + counted(got, "byte") + ", at least 8 are needed");
  }
  const auto type = static_cast<uint8_t>(magic[2]);
  const auto dimensions = static_cast<uint8_t>(magic[3]);
  if (magic[0] != 0 || magic[1] != 0) {
    throw not_a(kKind, source.name, "it does not begin with two zero bytes");
  }
  if (type != kUnsignedByte) {
    throw not_a(kKind, source.name,
                "its values are of type " + hexadecimal(type) + " (" +
                    std::string(type_name(type)) + "), 0x08 is needed");
  }
  if (dimensions < 1 || dimensions > kMaxDimensions) {
    throw not_a(kKind, source.name,
                "it has " + counted(dimensions, "dimension") + ", 1 to 4 are needed");
  }
  return dimensions;
}

std::vector<int64_t> read_shape(const Source& source) {
  std::array<char, 4 * kMaxDimensions> bytes{};
  const size_t size = 4 * read_magic(source);
  if (const size_t got = source.read(bytes.data(), size); got < size) {
    throw damaged(source.name, "its header ends after " + counted(kMagicSize + got, "byte") + ", " +
                                   std::to_string(kMagicSize + size) + " are needed");
  }
  std::vector<int64_t> shape;
  for (size_t i = 0; i < size; i += 4) {
    uint32_t length = 0;
    for (size_t j = i; j < i + 4; ++j) length = length << 8 | static_cast<uint8_t>(bytes[j]);
    shape.push_back(length);
  }
  if (std::find(shape.begin() + 1, shape.end(), 0) != shape.end()) {
    throw damaged(source.name,
                  "its shape is " + product_of(shape) + ", only the first length may be 0");
  }
  return shape;
}

[[noreturn]] void throw_too_short(const Source& source, const std::vector<int64_t>& shape,
                                  uint64_t needed, uint64_t found) {
  const uint64_t missing = needed - found;
  throw damaged(source.name, counted(missing, "byte") + (missing == 1 ? " is" : " are") +
                                 " missing: " + sum_of(shape) + " = " + grouped(needed) +
                                 " needed, " + grouped(found) + " found");
}

[[noreturn]] void throw_too_long(const Source& source, const std::vector<int64_t>& shape,
                                 uint64_t needed) {
  const std::string many = source.is_exact ? counted(source.size - needed, "byte") : "more data";
  const bool is_plural = source.is_exact && source.size - needed != 1;
  throw damaged(source.name, many + (is_plural ? " follow" : " follows") + " the " + sum_of(shape) +
                                 " = " + grouped(needed) + " needed");
}

/// Checks the declared size before memory is taken for it. Returns it.
uint64_t checked_size(const Source& source, const std::vector<int64_t>& shape) {
  const std::optional<uint64_t> needed = file_size(shape);
  if (!needed) {
    throw damaged(source.name, "its header declares " + sum_of(shape) + " bytes: too many");
  }
  if (source.is_exact && *needed > source.size) {
    throw_too_short(source, shape, *needed, source.size);
  }
  if (*needed > source.size) {
    throw damaged(source.name, "its header declares " + sum_of(shape) + " = " + grouped(*needed) +
                                   " bytes, a gzip file of this size holds at most " +
                                   grouped(source.size));
  }
  return *needed;
}

IdxArray read_array(const Source& source) {
  IdxArray array;
  array.shape = read_shape(source);
  const uint64_t needed = checked_size(source, array.shape);
  const size_t header = header_size(array.shape);
  array.values.resize(static_cast<size_t>(needed) - header);
  const size_t got = source.read(reinterpret_cast<char*>(array.values.data()), array.values.size());
  if (got < array.values.size()) throw_too_short(source, array.shape, needed, header + got);
  char extra = 0;
  if (source.read(&extra, 1) != 0) throw_too_long(source, array.shape, needed);
  return array;
}

IdxArray parse_gzip(std::string_view bytes, const std::string& name) {
  GzipReader reader(bytes, name);
  IdxArray array =
      read_array({.name = name,
                  .size = kMaxGzipRatio * bytes.size(),
                  .is_exact = false,
                  .read = [&](char* to, size_t count) { return reader.read(to, count); }});
  reader.finish();
  return array;
}

std::string serialize_header(const std::vector<int64_t>& shape) {
  std::string header = {0, 0, kUnsignedByte, static_cast<char>(shape.size())};
  for (const int64_t length : shape) {
    for (const int shift : {24, 16, 8, 0}) header += static_cast<char>(length >> shift & 0xff);
  }
  return header;
}

void check_array(const std::filesystem::path& path, const IdxArray& array) {
  const auto fail = [&](const std::string& why) {
    throw std::invalid_argument("cannot write " + in_quotes(path.string()) + ": " + why);
  };
  const std::vector<int64_t>& shape = array.shape;
  if (shape.empty() || shape.size() > kMaxDimensions) {
    fail("an IDX array has 1 to 4 dimensions, not " + std::to_string(shape.size()));
  }
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] < (i == 0 ? 0 : 1) || static_cast<uint64_t>(shape[i]) > kMaxLength) {
      fail("an IDX dimension cannot be " + std::to_string(shape[i]) + " long");
    }
  }
  const std::optional<uint64_t> needed = file_size(shape);
  const uint64_t found = header_size(shape) + array.values.size();
  if (needed != found) {
    fail("its shape needs " + sum_of(shape) + " bytes, " + grouped(found) + " are there");
  }
}
}  // namespace

IdxArray read_idx(const std::filesystem::path& path) {
  InputFile file(path);
  const std::string name = path.string();
  if (is_gzip(file.first_bytes(2))) return parse_gzip(file.read_all(kMaxCompressed), name);
  return read_array(
      {.name = name, .size = file.size(), .is_exact = true, .read = [&](char* to, size_t count) {
         return file.read(to, count);
       }});
}

IdxArray parse_idx(std::string_view bytes, const std::string& name) {
  if (is_gzip(bytes)) return parse_gzip(bytes, name);
  const auto read = [rest = bytes](char* to, size_t count) mutable {
    const size_t got = rest.copy(to, count);
    rest.remove_prefix(got);
    return got;
  };
  return read_array({.name = name, .size = bytes.size(), .is_exact = true, .read = read});
}

void write_idx(const std::filesystem::path& path, const IdxArray& array) {
  check_array(path, array);
  const std::string header = serialize_header(array.shape);
  const std::string_view values(reinterpret_cast<const char*>(array.values.data()),
                                array.values.size());
  if (path.extension() == ".gz") {
    write_file_atomically(path, gzip(header + std::string(values)));
  } else {
    write_file_atomically(path, std::array<std::string_view, 2>{header, values});
  }
}

}  // namespace diabolo::formats
