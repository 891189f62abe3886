#pragma once

#include <cstdint>
#include <string>

namespace diabolo {

struct ImageSize {
  int64_t height = 0;
  int64_t width = 0;
};

/// "28x28" (height x width) or "28" for a square. Throws std::invalid_argument.
ImageSize parse_image_size(const std::string& text);

}  // namespace diabolo
