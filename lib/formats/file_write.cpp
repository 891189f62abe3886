#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <optional>
#include <stdexcept>
#include <utility>

#include "lib/formats/file.hpp"
#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
namespace fs = std::filesystem;

constexpr size_t kLargestWrite = size_t{1} << 30;
constexpr size_t kGathered = size_t{1} << 16;

/// Short, and not made from the target's name, which may already be as long as a name can be.
std::string temporary_name() {
  static std::atomic<unsigned> counter{0};
  return std::string(kTemporaryPrefix) + std::to_string(::getpid()) + "-" +
         std::to_string(counter++) + std::string(kTemporarySuffix);
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// Permissions of what is at `path`, or nothing if there is nothing yet.
std::optional<mode_t> existing_mode(const fs::path& path, const fs::path& shown) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return std::nullopt;
    throw_file_error("write", shown, errno);
  }
  if (S_ISDIR(status.st_mode)) throw_file_error("write", shown, EISDIR);
  if (!S_ISREG(status.st_mode)) {
    throw std::invalid_argument("cannot write " + in_quotes(shown.string()) +
                                ": not a regular file");
  }
  return status.st_mode & 07777;
}

/// Where a write to `path` must end: a symbolic link stays, and the file it names is replaced.
fs::path resolved(const fs::path& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  fs::path target = fs::canonical(path, error);
  if (error) throw_file_error("write", path, error.value());
  return target;
}

/// Makes a rename in `folder` last. Some file systems cannot, and say EINVAL: nothing is lost.
void sync_folder(const fs::path& folder, const fs::path& shown) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;  // a folder that may be written but not listed
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  if (error != 0 && error != EINVAL) throw_file_error("write", shown, error);
}
}  // namespace

/// A new file beside the target, which is removed again unless it takes the target's place.
class AtomicFile::Temporary {
 public:
  explicit Temporary(const fs::path& path);
  ~Temporary();
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;

  void keep_mode_of_target();
  void write(std::string_view bytes);
  void replace_target();

 private:
  void check(int status) const {
    if (status != 0) throw_file_error("write", shown_, errno);
  }

  fs::path shown_;  ///< The target as it was asked for, for messages.
  fs::path target_;
  std::optional<mode_t> mode_;  ///< Of the target.
  fs::path path_;
  int descriptor_ = -1;
};

AtomicFile::Temporary::Temporary(const fs::path& path)
    : shown_(path), target_(resolved(path)), mode_(existing_mode(target_, shown_)) {
  while (descriptor_ < 0) {
    path_ = folder_of(target_) / temporary_name();
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    // A name is taken if a process with this number died here before: take the next one.
    if (descriptor_ < 0 && errno != EINTR && errno != EEXIST) {
      throw_file_error("write", shown_, errno);
    }
  }
}

AtomicFile::Temporary::~Temporary() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!path_.empty()) ::unlink(path_.c_str());
}

void AtomicFile::Temporary::keep_mode_of_target() {
  if (mode_) check(::fchmod(descriptor_, *mode_));
}

void AtomicFile::Temporary::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(descriptor_, bytes.data(), std::min(bytes.size(), kLargestWrite));
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw_file_error("write", shown_, errno);
    bytes.remove_prefix(static_cast<size_t>(done));
  }
}

void AtomicFile::Temporary::replace_target() {
  check(::fsync(descriptor_));
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  check(closed);
  check(::rename(path_.c_str(), target_.c_str()));
  path_.clear();
  sync_folder(folder_of(target_), shown_);
}

AtomicFile::AtomicFile(const fs::path& path) : file_(std::make_unique<Temporary>(path)) {
  file_->keep_mode_of_target();
}

AtomicFile::~AtomicFile() = default;

/// Out of this object, so that an error leaves no half-written file in it to commit.
std::unique_ptr<AtomicFile::Temporary> AtomicFile::take() {
  if (!file_) throw std::logic_error("an AtomicFile was used after commit() or an error");
  return std::move(file_);
}

void AtomicFile::write(std::string_view bytes) {
  std::unique_ptr<Temporary> file = take();
  if (gathered_.size() + bytes.size() > kGathered) {
    file->write(gathered_);
    gathered_.clear();
  }
  if (bytes.size() > kGathered) {
    file->write(bytes);
  } else {
    gathered_ += bytes;
  }
  file_ = std::move(file);
}

void AtomicFile::commit() {
  const std::unique_ptr<Temporary> file = take();
  file->write(gathered_);
  file->replace_target();
}

void write_file_atomically(const fs::path& path, std::span<const std::string_view> parts) {
  AtomicFile file(path);
  for (const std::string_view part : parts) file.write(part);
  file.commit();
}

void write_file_atomically(const fs::path& path, std::string_view contents) {
  write_file_atomically(path, std::span<const std::string_view>(&contents, 1));
}

}  // namespace diabolo::formats
