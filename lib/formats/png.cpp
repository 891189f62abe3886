#include "lib/formats/png.hpp"

#include <zlib.h>

#include "lib/formats/messages.hpp"

namespace diabolo::formats {
namespace {

constexpr std::string_view kSignature("\x89PNG\r\n\x1a\n", 8);
constexpr size_t kSizeEnd = 24;     // Signature, IHDR's length and name, width, height.
constexpr size_t kChunkFrame = 12;  // Length, name and checksum around a chunk's data.

uint32_t big_endian(std::string_view bytes, size_t at) {
  uint32_t value = 0;
  for (const char byte : bytes.substr(at, 4)) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

/// Of a chunk's name and data.
uint32_t checksum(std::string_view bytes) {
  return static_cast<uint32_t>(
      crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

}  // namespace

bool is_png(std::string_view first_bytes) { return first_bytes.starts_with(kSignature); }

PngSize png_size(std::string_view first_bytes, const std::string& name) {
  if (first_bytes.size() < kSizeEnd) throw damaged(name, "the PNG ends within its header");
  return {.width = big_endian(first_bytes, 16), .height = big_endian(first_bytes, 20)};
}

void check_png_chunks(std::string_view bytes, const std::string& name) {
  size_t at = kSignature.size();
  while (bytes.size() - at >= kChunkFrame) {
    const size_t length = big_endian(bytes, at);
    if (length > bytes.size() - at - kChunkFrame) break;
    const std::string_view named = bytes.substr(at + 4, 4 + length);
    if (checksum(named) != big_endian(bytes, at + 8 + length)) {
      throw damaged(name, "a checksum of the PNG does not match its contents");
    }
    at += kChunkFrame + length;
    if (!named.starts_with("IEND")) continue;
    if (at == bytes.size()) return;
    throw damaged(name, "there is something behind the end of the PNG");
  }
  throw damaged(name, "the PNG is cut short");
}

}  // namespace diabolo::formats
