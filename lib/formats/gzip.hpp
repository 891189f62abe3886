#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "lib/formats/file.hpp"

/// Gzip, one member a file, told by its first bytes. Damaged data throws std::runtime_error.
namespace diabolo::formats {

/// No gzip file expands further than this: 258 bytes out of 2 bits.
inline constexpr uint64_t kMaxGzipRatio = 1032;

/// Whether `bytes` begin like a gzip file.
bool is_gzip(std::string_view bytes);

/// Inflates only as far as it is asked to, so that a caller can read a header, learn how long the
/// contents have to be, and never hold more. Of the compressed bytes it holds one small piece.
class GzipReader {
 public:
  /// `name` is for messages.
  GzipReader(ByteSource compressed, std::string name);

  /// From memory, which must outlive the reader.
  GzipReader(std::string_view compressed, std::string name);
  ~GzipReader();
  GzipReader(const GzipReader&) = delete;
  GzipReader& operator=(const GzipReader&) = delete;

  /// Inflates the next `count` bytes to `to` and returns how many there were: fewer than `count`
  /// at the end of the contents only, which is reported once their checksum was found right.
  size_t read(char* to, size_t count);

  /// Throws unless everything was read, its checksum is right and nothing follows.
  void finish();

  /// Compressed bytes used so far.
  uint64_t used() const;

 private:
  struct Stream;
  void refill();
  void inflate_some();

  std::unique_ptr<Stream> stream_;
  ByteSource compressed_;
  std::string piece_;  ///< Of the compressed bytes, which zlib reads.
  std::string name_;
  bool ended_ = false;
};

/// The contents of a gzip file. Throws std::invalid_argument, having held no more than
/// `max_bytes` + 1 bytes of them, if they are longer than `max_bytes`.
std::string gunzip(std::string_view compressed, const std::string& name, uint64_t max_bytes);

/// `bytes` as a gzip file: equal bytes, equal file (no time, no name in it).
std::string gzip(std::string_view bytes);

}  // namespace diabolo::formats
