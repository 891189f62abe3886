#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// PNG as far as it can be judged without decoding: its signature, its stated size, and that each
/// chunk is whole. What passes here decodes without a word from libpng, which writes its own
/// complaints to stderr.
namespace diabolo::formats {

struct PngSize {
  int64_t width = 0;
  int64_t height = 0;
};

bool is_png(std::string_view first_bytes);  ///< Eight bytes are enough.

/// The stated size, from the first 24 bytes. Throws std::runtime_error if there are fewer.
PngSize png_size(std::string_view first_bytes, const std::string& name);

/// Throws std::runtime_error unless `bytes` is a chain of chunks with right checksums, from the
/// signature to the end of IEND and not beyond.
void check_png_chunks(std::string_view bytes, const std::string& name);

}  // namespace diabolo::formats
