#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace diabolo::fuzz {

/// Bytes as a file that has a path and no place on a disk.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : descriptor_(::memfd_create("fuzz", MFD_CLOEXEC)) {
    if (descriptor_ < 0 ||
        ::write(descriptor_, bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
      throw std::logic_error("no memory file");
    }
  }
  ~MemoryFile() { ::close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

inline std::string_view text_of(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Stops the program, so that the fuzzer keeps the input.
inline void require(bool holds) {
  if (!holds) __builtin_trap();
}

/// Runs `read`, which may refuse its input with one of the two types that parsers throw, in words
/// that fit on a line.
template <typename Read>
void may_refuse(Read read) {
  const auto on_one_line = [](const std::exception& error) {
    const std::string_view words = error.what();
    require(!words.empty() && words.find('\n') == std::string_view::npos);
  };
  try {
    read();
  } catch (const std::invalid_argument& error) {
    on_one_line(error);
  } catch (const std::runtime_error& error) {
    on_one_line(error);
  }
}

}  // namespace diabolo::fuzz
