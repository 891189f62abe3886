#include "lib/formats/npy.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include "lib/formats/messages.hpp"
#include "lib/formats/npy_header.hpp"

namespace diabolo::formats {

namespace {
static_assert(std::endian::native == std::endian::little);
static_assert(std::numeric_limits<float>::is_iec559);

/// Bytes converted at a time.
constexpr size_t kPiece = size_t{1} << 16;

/// Throws unless the `found` bytes that follow the header are those it describes. Returns them.
uint64_t checked_data_size(const NpyHeader& header, uint64_t found, const std::string& name) {
  const std::optional<uint64_t> needed = tensor_size(header.dtype, header.shape);
  const std::string array = describe(header.dtype, header.shape);
  if (!needed) throw damaged(name, "its header declares " + array + ": too many");
  if (found < *needed) {
    const uint64_t missing = *needed - found;
    throw damaged(name, counted(missing, "byte") + (missing == 1 ? " is" : " are") +
                            " missing: " + array + " takes " + grouped(*needed) + ", " +
                            grouped(found) + " found");
  }
  if (found > *needed) {
    const uint64_t extra = found - *needed;
    throw damaged(name, counted(extra, "byte") + (extra == 1 ? " follows" : " follow") + " the " +
                            grouped(*needed) + " that " + array + " takes");
  }
  return *needed;
}

/// IEEE 754 binary16, the bits of which `bits` are.
float of_half(uint16_t bits) {
  const uint32_t sign = (bits & 0x8000u) << 16;
  const uint32_t exponent = bits >> 10 & 0x1fu;
  const uint32_t fraction = bits & 0x3ffu;
  if (exponent == 0) {  // zero or subnormal: fraction * 2^-24, which float32 holds exactly
    const float size = static_cast<float>(fraction) * 0x1p-24f;
    return sign != 0 ? -size : size;
  }
  const uint32_t wide = exponent == 0x1f ? 0xff : exponent + (127 - 15);
  return std::bit_cast<float>(sign | wide << 23 | fraction << 13);
}

template <typename Stored, typename Convert>
void convert_each(const char* from, std::span<float> to, Convert convert) {
  for (float& value : to) {
    Stored stored;
    std::memcpy(&stored, from, sizeof stored);
    value = convert(stored);
    from += sizeof stored;
  }
}

template <typename Stored>
void convert_numbers(const char* from, std::span<float> to) {
  convert_each<Stored>(from, to, [](Stored stored) { return static_cast<float>(stored); });
}

/// From `to.size()` stored numbers, which may lie at any address.
void convert(Dtype dtype, const char* from, std::span<float> to) {
  switch (dtype) {
    case Dtype::kF64:
      return convert_numbers<double>(from, to);
    case Dtype::kF32:
      return convert_numbers<float>(from, to);
    case Dtype::kF16:
      return convert_each<uint16_t>(from, to, of_half);
    case Dtype::kI64:
      return convert_numbers<int64_t>(from, to);
    case Dtype::kI32:
      return convert_numbers<int32_t>(from, to);
    case Dtype::kI16:
      return convert_numbers<int16_t>(from, to);
    case Dtype::kI8:
      return convert_numbers<int8_t>(from, to);
    case Dtype::kU64:
      return convert_numbers<uint64_t>(from, to);
    case Dtype::kU32:
      return convert_numbers<uint32_t>(from, to);
    case Dtype::kU16:
      return convert_numbers<uint16_t>(from, to);
    case Dtype::kU8:
      return convert_numbers<uint8_t>(from, to);
    case Dtype::kBool:
      return convert_each<uint8_t>(from, to, [](uint8_t stored) { return stored ? 1.0f : 0.0f; });
    case Dtype::kBF16:
      break;
  }
  throw std::logic_error("NPY has no type " + std::string(name_of(dtype)));
}

std::string start_of(const std::filesystem::path& path, const NpyHeader& header) {
  try {
    return serialize_npy_header(header);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument("cannot write " + in_quotes(path.string()) + ": " + error.what());
  }
}
}  // namespace

uint64_t NpyHeader::count() const { return tensor_size(dtype, shape).value() / size_of(dtype); }

NpyReader::NpyReader(const std::filesystem::path& path) : file_(path), name_(path.string()) {
  const NpyExtent extent =
      checked_npy_extent(file_.first_bytes(kMaxNpyPrefix), file_.size(), name_);
  std::string start(extent.end, '\0');
  if (file_.read(start.data(), start.size()) < start.size()) {
    throw damaged(name_, "it became shorter while it was read");
  }
  header_ = parse_npy_header(std::string_view(start).substr(extent.begin), name_);
  left_ = checked_data_size(header_, file_.size() - extent.end, name_);
}

size_t NpyReader::read(char* to, size_t count) {
  const auto wanted = static_cast<size_t>(std::min<uint64_t>(count, left_));
  const size_t got = file_.read(to, wanted);
  left_ -= got;
  if (got < wanted) throw damaged(name_, "it became shorter while it was read");
  return got;
}

size_t NpyReader::read_floats(std::span<float> to) {
  const size_t size = size_of(header_.dtype);
  if (left_ % size != 0) throw std::logic_error("NpyReader::read() stopped within a number");
  to = to.first(static_cast<size_t>(std::min<uint64_t>(to.size(), left_ / size)));
  std::array<char, kPiece> piece;
  for (size_t done = 0; done < to.size();) {
    const std::span<float> part = to.subspan(done, std::min(to.size() - done, kPiece / size));
    read(piece.data(), part.size() * size);
    convert(header_.dtype, piece.data(), part);
    done += part.size();
  }
  return to.size();
}

std::vector<float> NpyReader::read_floats(size_t count) {
  const uint64_t there = left_ / size_of(header_.dtype);
  std::vector<float> values(static_cast<size_t>(std::min<uint64_t>(count, there)));
  read_floats(std::span<float>(values));
  return values;
}

void NpyReader::read_floats_at(uint64_t first, std::span<float> to) const {
  const size_t size = size_of(header_.dtype);
  uint64_t offset = file_.size() - (header_.count() - first) * size;
  if (header_.dtype == Dtype::kF32) {
    return file_.read_at(offset, reinterpret_cast<char*>(to.data()), to.size_bytes());
  }
  std::vector<char> piece(std::min(kPiece, to.size() * size));
  for (size_t done = 0; done < to.size();) {
    const std::span<float> part = to.subspan(done, std::min(to.size() - done, piece.size() / size));
    file_.read_at(offset, piece.data(), part.size() * size);
    convert(header_.dtype, piece.data(), part);
    done += part.size();
    offset += part.size() * size;
  }
}

NpyWriter::NpyWriter(const std::filesystem::path& path, Dtype dtype, std::vector<int64_t> shape)
    : header_{.dtype = dtype, .shape = std::move(shape)}, file_(path) {
  file_.write(start_of(path, header_));
}

void NpyWriter::write(std::string_view bytes) {
  file_.write(bytes);
  written_ += bytes.size();
}

void NpyWriter::commit() {
  const uint64_t needed = tensor_size(header_.dtype, header_.shape).value();
  if (written_ != needed) {
    throw std::logic_error("an NPY array " + describe(header_.dtype, header_.shape) + " takes " +
                           counted(needed, "byte") + ", " + grouped(written_) + " were written");
  }
  file_.commit();
}

}  // namespace diabolo::formats
