#pragma once

#include <gmock/gmock.h>

#include <string>

#include "lib/formats/safetensors.hpp"

namespace diabolo::formats {

/// A file of this header and data, its length prefix right.
inline std::string file_of(const std::string& header, const std::string& data = "") {
  std::string prefix;
  for (int shift = 0; shift < 64; shift += 8) {
    prefix += static_cast<char>(uint64_t{header.size()} >> shift & 0xff);
  }
  return prefix + header + data;
}

/// A file of one tensor 't' with this description.
inline std::string tensor_of(const std::string& fields, const std::string& data = "") {
  return file_of(R"({"t":{)" + fields + "}}", data);
}

inline void expect_damaged(const std::string& bytes, const std::string& why) {
  EXPECT_THAT([&] { parse_safetensors(bytes, "a"); },
              testing::ThrowsMessage<std::runtime_error>("'a' is damaged: " + why));
}

}  // namespace diabolo::formats
