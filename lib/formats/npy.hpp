#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lib/formats/dtype.hpp"
#include "lib/formats/file.hpp"

/// NPY, numpy's format of one array: "\x93NUMPY", a version, the length of a header, the header as
/// a Python dictionary of type, order and shape, then the numbers. All little-endian here, the last
/// dimension fastest ("C order"). Both ways go in pieces, so that no array need fit in memory.
///
/// Throws std::invalid_argument if a file is missing, is not NPY or holds what is not read here
/// (big-endian numbers, Fortran order, complex numbers, texts, records, and Python objects, which
/// can run code), and std::runtime_error if it is damaged.
namespace diabolo::formats {

struct NpyHeader {
  Dtype dtype = Dtype::kF32;   ///< Any but kBF16, which numpy does not know.
  std::vector<int64_t> shape;  ///< Each >= 0; at most 64; empty for a single number.

  uint64_t count() const;  ///< Numbers in the array, of a header that was read.
  bool operator==(const NpyHeader&) const = default;
};

/// Reads a file of version 1.0, 2.0 or 3.0 from its first number to its last.
class NpyReader {
 public:
  /// Reads the header. Throws also unless the file is exactly as long as the header says, so that
  /// memory may be taken for what it says.
  explicit NpyReader(const std::filesystem::path& path);

  const NpyHeader& header() const { return header_; }

  /// Copies the next `count` bytes of the array to `to` and returns how many there were: fewer than
  /// `count` at its end only. Throws if the file became shorter meanwhile.
  size_t read(char* to, size_t count);

  /// Reads the next `to.size()` numbers as float32 and returns how many there were. Integers keep
  /// their value (bytes are 0 to 255, not scaled; false is 0, true is 1), rounded where float32
  /// cannot hold it; float64 is rounded too, and infinite beyond the range of float32. NaN is kept.
  /// Throws std::logic_error if read() stopped within a number.
  size_t read_floats(std::span<float> to);

  /// The next `count` numbers, fewer at the end of the array.
  std::vector<float> read_floats(size_t count);

  /// Reads `to.size()` numbers, all of which must lie in the array, the first of them number
  /// `first`. As read_floats(), but does not move what that gives next: threads may do it at once.
  void read_floats_at(uint64_t first, std::span<float> to) const;

 private:
  InputFile file_;
  std::string name_;
  NpyHeader header_;
  uint64_t left_ = 0;  ///< Bytes of the array not yet read.
};

/// Writes a file of version 1.0 atomically: nothing is at its place before commit().
class NpyWriter {
 public:
  /// Throws std::invalid_argument, naming the file, if type or shape do not keep to the rules of
  /// NpyHeader or describe more than 2^63 - 1 bytes.
  NpyWriter(const std::filesystem::path& path, Dtype dtype, std::vector<int64_t> shape);

  /// Appends little-endian numbers, last dimension fastest; a piece may end anywhere.
  void write(std::string_view bytes);

  /// Throws std::logic_error if the bytes written are not as many as the shape says.
  void commit();

 private:
  NpyHeader header_;
  AtomicFile file_;
  uint64_t written_ = 0;  ///< Bytes of the array.
};

}  // namespace diabolo::formats
