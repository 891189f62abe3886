#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>

/// Whole files in and out. A path that cannot be right (it is missing, it is a folder) throws
/// std::invalid_argument; a system that fails (no permission, disk full) std::runtime_error. Both
/// say "cannot read 'x': No such file or directory".
namespace diabolo::formats {

/// Where bytes come from: copies the next `count` of them to `to` and returns how many there were:
/// fewer than `count` at their end only.
using ByteSource = std::function<size_t(char* to, size_t count)>;

/// The source of `bytes`, which must outlive it.
ByteSource source_of(std::string_view bytes);

/// A regular file, open for reading.
class InputFile {
 public:
  /// Throws if there is no such file, or it is a folder, a pipe or a device.
  explicit InputFile(const std::filesystem::path& path);
  ~InputFile();
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;

  /// Length in bytes when it was opened.
  uint64_t size() const { return size_; }

  /// Reads the next `count` bytes to `to` and returns how many there were: fewer than `count` at
  /// the end of the file only.
  size_t read(char* to, size_t count);

  /// Reads `count` bytes that begin at `offset`. Does not move what read() gives next, so that
  /// threads may do it at once. Throws std::runtime_error if the file became shorter.
  void read_at(uint64_t offset, char* to, size_t count) const;

  /// The first `count` bytes, fewer if the file is shorter. Does not move what read() gives next.
  std::string first_bytes(size_t count) const;

  /// The whole file, if nothing was read() yet. Throws, before any memory is taken, if it is longer
  /// than `max_bytes`; and if it is shorter by now than when it was opened.
  std::string read_all(uint64_t max_bytes);

 private:
  size_t read_some(uint64_t offset, char* to, size_t count) const;

  std::filesystem::path path_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
};

/// The contents of a regular file of at most `max_bytes` bytes.
std::string read_file(const std::filesystem::path& path, uint64_t max_bytes);

/// A file that is written in pieces, so that a reader of `path` finds the old contents or the new,
/// never less, even after a power failure: it grows aside in the same folder until commit(). One
/// that is not committed leaves `path` as it was and nothing beside it.
/// A symbolic link is followed; permissions of a file that is replaced are kept.
class AtomicFile {
 public:
  /// Throws if no file can be written there: std::invalid_argument also if `path` is a device or a
  /// pipe, which a rename would destroy.
  explicit AtomicFile(const std::filesystem::path& path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Appends `bytes`. Small pieces are gathered, so a full disk may be noticed later.
  void write(std::string_view bytes);

  /// Fsyncs, renames, fsyncs the folder. Nothing can be written after it, nor after an error: both
  /// then throw std::logic_error.
  void commit();

 private:
  class Temporary;
  std::unique_ptr<Temporary> take();

  std::unique_ptr<Temporary> file_;  ///< None once it was committed or given up.
  std::string gathered_;             ///< Bytes not yet handed to the system.
};

/// What AtomicFile names a file that grows aside: ".diabolo-PROCESS-NUMBER.tmp".
inline constexpr std::string_view kTemporaryPrefix = ".diabolo-";
inline constexpr std::string_view kTemporarySuffix = ".tmp";

/// Writes `parts` one after another to `path`, as an AtomicFile does.
void write_file_atomically(const std::filesystem::path& path,
                           std::span<const std::string_view> parts);
void write_file_atomically(const std::filesystem::path& path, std::string_view contents);

/// Throws "cannot DO 'path': REASON" for an errno value, as one of the two types above.
[[noreturn]] void throw_file_error(std::string_view action, const std::filesystem::path& path,
                                   int error);

}  // namespace diabolo::formats
