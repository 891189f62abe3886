// PNG, JPEG and PNM: judged without decoding; and what passes is decoded, if it is small. The
// checksums of a PNG's chunks are made right first in every second input, or nothing changed would
// ever get past them.

#include <zlib.h>

#include <algorithm>
#include <filesystem>

#include "lib/data/image_file.hpp"
#include "lib/data/image_io.hpp"
#include "lib/formats/image_header.hpp"
#include "lib/formats/png.hpp"
#include "tests/fuzz/memory_file.hpp"

namespace {

constexpr size_t kSignature = 8, kAround = 12;  // Bytes; around the data of a chunk.

uint32_t number_at(const std::string& bytes, size_t at) {
  uint32_t value = 0;
  for (size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<uint8_t>(bytes[at + i]);
  return value;
}

std::string with_right_checksums(std::string bytes) {
  size_t at = kSignature;
  while (at + kAround <= bytes.size()) {
    const size_t length = number_at(bytes, at);
    if (length > bytes.size() - at - kAround) break;
    const auto* begin = reinterpret_cast<const Bytef*>(bytes.data() + at + 4);
    const auto sum = static_cast<uint32_t>(::crc32(0, begin, static_cast<uInt>(length + 4)));
    for (size_t i = 0; i < 4; ++i) {
      bytes[at + 8 + length + i] = static_cast<char>(sum >> (24 - 8 * i) & 255);
    }
    at += length + kAround;
  }
  return bytes;
}

void judge_and_decode(const std::string& bytes) {
  using namespace diabolo;
  int64_t width = 0, height = 0;
  fuzz::may_refuse([&] {
    const auto header = formats::read_image_header(bytes, "fuzz");
    width = header.width;
    height = header.height;
  });
  // A large one only takes time.
  if (width < 1 || std::max(width, height) > 256) return;
  const fuzz::MemoryFile file(bytes);
  fuzz::may_refuse([&] {
    const ImageFile image = read_image_file(file.path());
    // EXIF may turn it.
    fuzz::require(image.pixels.size(1) * image.pixels.size(2) == width * height);
  });
  if (!formats::is_png(bytes)) return;
  fuzz::may_refuse([&] {
    const Dataset images = read_images({file.path()});
    fuzz::require(images.samples.size(2) == height);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(diabolo::fuzz::text_of(data, size));
  judge_and_decode(size % 2 == 0 ? bytes : with_right_checksums(bytes));
  return 0;
}
