#include "lib/formats/folder_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <stdexcept>
#include <utility>
#include <vector>

#include "lib/formats/file.hpp"
#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace fs = std::filesystem;

FolderLock::FolderLock(const fs::path& folder)
    : descriptor_(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor_ < 0) throw_file_error("open the folder", folder, errno);
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  ::close(std::exchange(descriptor_, -1));
  throw std::runtime_error("another process is writing into " + in_quotes(folder.string()) +
                           "; wait until it has ended, or take another folder");
}

FolderLock::~FolderLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

FolderLock::FolderLock(FolderLock&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)) {}

FolderLock& FolderLock::operator=(FolderLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

namespace {

/// Whether a process wrote ".diabolo-123-0.tmp" and has ended.
bool was_left(std::string_view name) {
  if (!name.starts_with(kTemporaryPrefix) || !name.ends_with(kTemporarySuffix)) return false;
  name.remove_prefix(kTemporaryPrefix.size());
  pid_t writer = 0;
  const auto [end, error] = std::from_chars(name.begin(), name.end(), writer);
  return error == std::errc() && writer > 0 && end != name.end() && *end == '-' &&
         ::kill(writer, 0) != 0 && errno == ESRCH;
}

}  // namespace

void remove_left_temporaries(const fs::path& folder) {
  if (!fs::is_directory(folder)) return;
  std::vector<fs::path> left;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (was_left(entry.path().filename().string())) left.push_back(entry.path());
  }
  for (const auto& path : left) fs::remove(path);
}

}  // namespace diabolo::formats
