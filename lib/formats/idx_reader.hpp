#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "lib/formats/plain_or_gzip.hpp"

namespace diabolo::formats {

/// Reads an IDX file (lib/formats/idx.hpp) from its first value to its last, as it is or compressed
/// by gzip: its first bytes tell, not its name. Holds no more of it than a small piece.
///
/// Throws std::invalid_argument if a file is missing or is not IDX of unsigned bytes, and
/// std::runtime_error if it is, but damaged.
class IdxReader {
 public:
  /// Reads the header. Throws also unless the file is exactly as long as the header says or, if it
  /// is compressed, can hold as much: so that memory may be taken for what it says.
  explicit IdxReader(const std::filesystem::path& path);

  /// The same from memory, which must outlive the reader; `name` is for messages.
  IdxReader(std::string_view bytes, std::string name);

  /// 1 to 4 lengths; the first, of samples, >= 0, the others > 0.
  const std::vector<int64_t>& shape() const { return shape_; }

  /// Values in all: the product of the shape.
  uint64_t size() const;

  /// Copies the next `count` values, last dimension fastest, to `to` and returns how many there
  /// were: fewer than `count` at their end only. The call that reaches the last one throws unless
  /// the file ends there and its checksum, if it has one, is right.
  size_t read(char* to, size_t count);

 private:
  void read_header();
  size_t read_magic();
  void read_shape();
  void check_size() const;
  void check_end();
  [[noreturn]] void throw_too_short(uint64_t found) const;
  [[noreturn]] void throw_too_long(const std::string& what_follows) const;

  PlainOrGzip file_;
  std::vector<int64_t> shape_;
  uint64_t needed_ = 0;  ///< Bytes of header and values.
  uint64_t left_ = 0;    ///< Values not yet read.
};

}  // namespace diabolo::formats
