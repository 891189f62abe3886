#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

/// Gzip, one member a file, told by its first bytes. Damaged data throws std::runtime_error.
namespace diabolo::formats {

/// No gzip file expands further than this: 258 bytes out of 2 bits.
inline constexpr uint64_t kMaxGzipRatio = 1032;

/// Whether `bytes` begin like a gzip file.
bool is_gzip(std::string_view bytes);

/// Inflates only as far as it is asked to, so that a caller can read a header, learn how long the
/// contents have to be, and never hold more. `compressed` must outlive the reader; `name` is for
/// messages.
class GzipReader {
 public:
  GzipReader(std::string_view compressed, std::string name);
  ~GzipReader();
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  /// Inflates the next `count` bytes to `to` and returns how many there were: fewer than `count`
  /// at the end of the contents only, which is reported once their checksum was found right.
  size_t read(char* to, size_t count);

  /// Throws unless everything was read, its checksum is right and nothing follows.
  void finish();

 private:
  struct Stream;
  void inflate_some();

  std::unique_ptr<Stream> stream_;
  std::string_view rest_;  ///< Compressed bytes not yet handed to zlib.
  std::string name_;
  bool ended_ = false;
};

/// The contents of a gzip file. Throws std::invalid_argument, having held no more than
/// `max_bytes` + 1 bytes of them, if they are longer than `max_bytes`.
std::string gunzip(std::string_view compressed, const std::string& name, uint64_t max_bytes);

/// `bytes` as a gzip file: equal bytes, equal file (no time, no name in it).
std::string gzip(std::string_view bytes);

}  // namespace diabolo::formats
