#include "lib/formats/idx_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "lib/formats/idx_shape.hpp"
#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
constexpr std::string_view kKind = "an IDX file of unsigned bytes";

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

int64_t length_at(const char* bytes) {
  uint32_t length = 0;
  for (size_t i = 0; i < 4; ++i) length = length << 8 | static_cast<uint8_t>(bytes[i]);
  return length;
}
}  // namespace

IdxReader::IdxReader(const std::filesystem::path& path) : file_(path) { read_header(); }

IdxReader::IdxReader(std::string_view bytes, std::string name) : file_(bytes, std::move(name)) {
  read_header();
}

uint64_t IdxReader::size() const { return needed_ - idx_header_size(shape_); }

void IdxReader::read_header() {
  read_shape();
  const std::optional<uint64_t> needed = idx_file_size(shape_);
  if (!needed) {
    throw damaged(file_.name(), "its header declares " + idx_sum(shape_) + " bytes: too many");
  }
  needed_ = *needed;
  check_size();
  left_ = size();
  if (left_ == 0) check_end();
}

/// Checks the first four bytes and returns the number of dimensions.
size_t IdxReader::read_magic() {
  std::array<char, kIdxMagicSize> magic{};
  const auto fail = [&](const std::string& why) { throw not_a(kKind, file_.name(), why); };
  const size_t got = file_.read(magic.data(), magic.size());
  if (got < magic.size()) fail("it holds " + counted(got, "byte") + ", at least 8 are needed");
  if (magic[0] != 0 || magic[1] != 0) fail("it does not begin with two zero bytes");
  const auto type = static_cast<uint8_t>(magic[2]);
  if (type != kIdxUnsignedByte) {
    fail("its values are of type " + hexadecimal(type) + " (" + std::string(type_name(type)) +
         "), 0x08 is needed");
  }
  const auto dimensions = static_cast<uint8_t>(magic[3]);
  if (dimensions < 1 || dimensions > kMaxIdxDimensions) {
    fail("it has " + counted(dimensions, "dimension") + ", 1 to 4 are needed");
  }
  return dimensions;
}

void IdxReader::read_shape() {
  std::array<char, 4 * kMaxIdxDimensions> bytes{};
  const size_t size = 4 * read_magic();
  if (const size_t got = file_.read(bytes.data(), size); got < size) {
    throw damaged(file_.name(), "its header ends after " + counted(kIdxMagicSize + got, "byte") +
                                    ", " + std::to_string(kIdxMagicSize + size) + " are needed");
  }
  for (size_t i = 0; i < size; i += 4) shape_.push_back(length_at(bytes.data() + i));
  if (std::find(shape_.begin() + 1, shape_.end(), 0) != shape_.end()) {
    throw damaged(file_.name(),
                  "its shape is " + idx_product(shape_) + ", only the first length may be 0");
  }
}

void IdxReader::check_size() const {
  const uint64_t most = file_.max_size();
  if (file_.is_compressed() && needed_ > most) {
    throw damaged(file_.name(), "its header declares " + idx_sum(shape_) + " = " +
                                    grouped(needed_) + " bytes, a gzip file of this size holds " +
                                    "at most " + grouped(most));
  }
  if (file_.is_compressed()) return;
  if (needed_ > most) throw_too_short(most);
  const uint64_t extra = most - needed_;
  if (extra != 0) throw_too_long(counted(extra, "byte") + (extra == 1 ? " follows" : " follow"));
}

size_t IdxReader::read(char* to, size_t count) {
  const auto wanted = static_cast<size_t>(std::min<uint64_t>(count, left_));
  if (wanted == 0) return 0;
  const size_t got = file_.read(to, wanted);
  left_ -= got;
  if (got < wanted) throw_too_short(needed_ - left_);
  if (left_ == 0) check_end();
  return got;
}

void IdxReader::check_end() {
  char extra = 0;
  if (file_.read(&extra, 1) != 0) throw_too_long("more data follows");
  file_.finish();
}

void IdxReader::throw_too_short(uint64_t found) const {
  const uint64_t missing = needed_ - found;
  throw damaged(file_.name(), counted(missing, "byte") + (missing == 1 ? " is" : " are") +
                                  " missing: " + idx_sum(shape_) + " = " + grouped(needed_) +
                                  " needed, " + grouped(found) + " found");
}

void IdxReader::throw_too_long(const std::string& what_follows) const {
  throw damaged(file_.name(),
                what_follows + " the " + idx_sum(shape_) + " = " + grouped(needed_) + " needed");
}

}  // namespace diabolo::formats
