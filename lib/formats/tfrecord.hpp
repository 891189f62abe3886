#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "lib/formats/file.hpp"

/// TFRecord, the framing of TensorBoard's event files: records of any bytes behind each other. Of
/// each, in little-endian order: its length (64 bits), their masked CRC-32C, its bytes, their
/// masked CRC-32C (tensorflow/core/lib/io/record_writer.h).
namespace diabolo::formats {

/// CRC-32C (Castagnoli's polynomial; RFC 3720, appendix B.4).
uint32_t crc32c(std::string_view bytes);

/// `data` as a record.
std::string framed_record(std::string_view data);

/// A file of records that grows while others read it. What was flushed stays if the process dies.
class RecordWriter {
 public:
  /// Makes the file. Throws as AtomicFile does, and std::invalid_argument if it is there already.
  explicit RecordWriter(const std::filesystem::path& path);
  ~RecordWriter();
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;

  void add(std::string_view data);  ///< Not in the file before flush().
  void flush();                     ///< Throws std::runtime_error when the disk is full.

 private:
  std::filesystem::path path_;
  int descriptor_ = -1;
  std::string gathered_;
};

/// The records of a file, one after another.
class RecordReader {
 public:
  explicit RecordReader(const std::filesystem::path& path) : file_(path) {}

  /// The next record; nothing at the end, or where a record is incomplete or damaged, as the last
  /// one is when a process died.
  std::optional<std::string> next();

  uint64_t position() const { return position_; }  ///< In bytes: behind what next() gave last.

 private:
  InputFile file_;
  uint64_t position_ = 0;
};

}  // namespace diabolo::formats
