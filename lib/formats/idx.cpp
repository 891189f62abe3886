#include "lib/formats/idx.hpp"

#include <array>
#include <limits>
#include <optional>
#include <stdexcept>

#include "lib/formats/file.hpp"
#include "lib/formats/gzip.hpp"
#include "lib/formats/idx_reader.hpp"
#include "lib/formats/idx_shape.hpp"
#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
constexpr uint64_t kMaxLength = std::numeric_limits<uint32_t>::max();

IdxArray read_array(IdxReader&& reader) {
  IdxArray array{.shape = reader.shape(), .values = {}};
  array.values.resize(static_cast<size_t>(reader.size()));
  reader.read(reinterpret_cast<char*>(array.values.data()), array.values.size());
  return array;
}

std::string serialize_header(const std::vector<int64_t>& shape) {
  std::string header = {0, 0, kIdxUnsignedByte, static_cast<char>(shape.size())};
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
  if (shape.empty() || shape.size() > kMaxIdxDimensions) {
    fail("an IDX array has 1 to 4 dimensions, not " + std::to_string(shape.size()));
  }
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] < (i == 0 ? 0 : 1) || static_cast<uint64_t>(shape[i]) > kMaxLength) {
      fail("an IDX dimension cannot be " + std::to_string(shape[i]) + " long");
    }
  }
  const std::optional<uint64_t> needed = idx_file_size(shape);
  const uint64_t found = idx_header_size(shape) + array.values.size();
  if (needed != found) {
    fail("its shape needs " + idx_sum(shape) + " bytes, " + grouped(found) + " are there");
  }
}
}  // namespace

IdxArray read_idx(const std::filesystem::path& path) { return read_array(IdxReader(path)); }

IdxArray parse_idx(std::string_view bytes, const std::string& name) {
  return read_array(IdxReader(bytes, name));
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
