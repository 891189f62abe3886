#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "lib/formats/file.hpp"
#include "lib/formats/gzip.hpp"

namespace diabolo::formats {

/// A file that is read as it is, or inflated if its first bytes are those of gzip. Holds no more of
/// it than a small piece, however long it is. Throws as InputFile and GzipReader do.
class PlainOrGzip {
 public:
  explicit PlainOrGzip(const std::filesystem::path& path);

  /// The same from memory, which must outlive it; `name` is for messages.
  PlainOrGzip(std::string_view bytes, std::string name);

  PlainOrGzip(const PlainOrGzip&) = delete;
  PlainOrGzip& operator=(const PlainOrGzip&) = delete;

  const std::string& name() const { return name_; }
  bool is_compressed() const { return inflated_.has_value(); }

  /// Copies the next `count` bytes of the contents to `to` and returns how many there were: fewer
  /// than `count` at their end only.
  size_t read(char* to, size_t count);

  /// At the end of compressed contents: throws if anything follows them in the file.
  void finish();

  /// Bytes of the file itself: its length when it was opened, and those that were used.
  uint64_t file_size() const { return file_size_; }
  uint64_t used() const;

  /// Bytes that the contents can have at most; their length if they are not compressed.
  uint64_t max_size() const { return is_compressed() ? kMaxGzipRatio * file_size_ : file_size_; }

 private:
  std::string name_;
  ByteSource file_;
  uint64_t file_size_ = 0;
  std::optional<GzipReader> inflated_;
  uint64_t read_ = 0;  ///< Bytes of the contents.
};

}  // namespace diabolo::formats
