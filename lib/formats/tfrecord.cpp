#include "lib/formats/tfrecord.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <limits>
#include <stdexcept>

#include "lib/formats/messages.hpp"

namespace diabolo::formats {
namespace {

constexpr size_t kLengthBytes = 8;
constexpr size_t kCheckBytes = 4;
constexpr size_t kHeaderBytes = kLengthBytes + kCheckBytes;

// By hand: zlib and OpenSSL have the other CRC-32 only, Debian has no libcrc32c, and a library of
// storage codes would be one more to install with every copy of the program.
constexpr std::array<uint32_t, 256> make_table() {
  constexpr uint32_t kReversedPolynomial = 0x82f63b78;
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < table.size(); ++byte) {
    uint32_t rest = byte;
    for (int bit = 0; bit < 8; ++bit) {
      rest = (rest & 1) != 0 ? rest >> 1 ^ kReversedPolynomial : rest >> 1;
    }
    table[byte] = rest;
  }
  return table;
}

constexpr std::array<uint32_t, 256> kTable = make_table();

std::string little_endian(uint64_t value, size_t bytes) {
  std::string text;
  for (size_t i = 0; i < bytes; ++i) text += static_cast<char>(value >> 8 * i & 0xff);
  return text;
}

uint64_t read_little_endian(std::string_view bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i > 0; --i) {
    value = value << 8 | static_cast<uint8_t>(bytes[i - 1]);
  }
  return value;
}

/// A checksum of bytes that hold checksums would be weak, so each is rotated and shifted.
std::string masked_check(std::string_view bytes) {
  const uint32_t crc = crc32c(bytes);
  return little_endian((crc >> 15 | crc << 17) + 0xa282ead8U, kCheckBytes);
}

/// Whether the last bytes are the check of those before them.
bool holds(std::string_view data_and_check) {
  const auto data = data_and_check.substr(0, data_and_check.size() - kCheckBytes);
  return masked_check(data) == data_and_check.substr(data.size());
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  uint32_t crc = ~uint32_t{0};
  for (const char c : bytes) crc = kTable[(crc ^ static_cast<uint8_t>(c)) & 0xff] ^ crc >> 8;
  return ~crc;
}

std::string framed_record(std::string_view data) {
  std::string record = little_endian(data.size(), kLengthBytes);
  record += masked_check(record);
  record += data;
  return record + masked_check(data);
}

RecordWriter::RecordWriter(const std::filesystem::path& path) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ >= 0) return;
  if (errno == EEXIST) throw std::invalid_argument(in_quotes(path.string()) + " is there already");
  throw_file_error("write", path, errno);
}

RecordWriter::~RecordWriter() { ::close(descriptor_); }

void RecordWriter::add(std::string_view data) { gathered_ += framed_record(data); }

void RecordWriter::flush() {
  std::string_view rest = gathered_;
  while (!rest.empty()) {
    const ssize_t done = ::write(descriptor_, rest.data(), rest.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw_file_error("write", path_, errno);
    rest.remove_prefix(static_cast<size_t>(done));
  }
  gathered_.clear();
}

std::optional<std::string> RecordReader::next() {
  std::string header(kHeaderBytes, '\0');
  if (file_.read(header.data(), header.size()) != header.size() || !holds(header)) return {};
  const uint64_t length = read_little_endian(std::string_view(header).substr(0, kLengthBytes));
  const uint64_t begin = position_ + kHeaderBytes + kCheckBytes;
  if (begin > file_.size() || length > file_.size() - begin) return {};
  std::string data(length + kCheckBytes, '\0');
  if (file_.read(data.data(), data.size()) != data.size() || !holds(data)) return {};
  position_ += kHeaderBytes + data.size();
  data.resize(length);
  return data;
}

}  // namespace diabolo::formats
