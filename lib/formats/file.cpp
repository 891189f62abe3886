#include "lib/formats/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include "lib/formats/messages.hpp"

namespace diabolo::formats {

namespace {
/// Linux moves at most 2 GiB a call anyway.
constexpr size_t kLargestRead = size_t{1} << 30;

bool is_wrong_request(int error) {
  return error == ENOENT || error == ENOTDIR || error == EISDIR || error == ELOOP ||
         error == ENAMETOOLONG;
}

/// Opens without waiting, so that a named pipe is refused and does not hang.
int open_for_reading(const std::filesystem::path& path) {
  int descriptor = -1;
  do {
    descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  } while (descriptor < 0 && errno == EINTR);
  if (descriptor < 0) throw_file_error("read", path, errno);
  return descriptor;
}

uint64_t size_of_regular_file(int descriptor, const std::filesystem::path& path) {
  struct stat status{};
  if (::fstat(descriptor, &status) != 0) throw_file_error("read", path, errno);
  if (S_ISDIR(status.st_mode)) throw_file_error("read", path, EISDIR);
  if (!S_ISREG(status.st_mode)) {
    throw std::invalid_argument("cannot read " + in_quotes(path.string()) + ": not a regular file");
  }
  return static_cast<uint64_t>(status.st_size);
}
}  // namespace

void throw_file_error(std::string_view action, const std::filesystem::path& path, int error) {
  const std::string message = "cannot " + std::string(action) + " " + in_quotes(path.string()) +
                              ": " + std::generic_category().message(error);
  if (is_wrong_request(error)) throw std::invalid_argument(message);
  throw std::runtime_error(message);
}

ByteSource source_of(std::string_view bytes) {
  return [rest = bytes](char* to, size_t count) mutable {
    const size_t got = rest.copy(to, count);
    rest.remove_prefix(got);
    return got;
  };
}

InputFile::InputFile(const std::filesystem::path& path)
    : path_(path), descriptor_(open_for_reading(path)) {
  try {
    size_ = size_of_regular_file(descriptor_, path_);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

InputFile::~InputFile() { ::close(descriptor_); }

size_t InputFile::read(char* to, size_t count) {
  size_t done = 0;
  while (done < count) {
    const ssize_t got = ::read(descriptor_, to + done, std::min(count - done, kLargestRead));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw_file_error("read", path_, errno);
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return done;
}

size_t InputFile::read_some(uint64_t offset, char* to, size_t count) const {
  ssize_t got = -1;
  do {
    got = ::pread(descriptor_, to, std::min(count, kLargestRead), static_cast<off_t>(offset));
  } while (got < 0 && errno == EINTR);
  if (got < 0) throw_file_error("read", path_, errno);
  return static_cast<size_t>(got);
}

void InputFile::read_at(uint64_t offset, char* to, size_t count) const {
  while (count > 0) {
    const size_t got = read_some(offset, to, count);
    if (got == 0) throw damaged(path_.string(), "it became shorter while it was read");
    offset += got;
    to += got;
    count -= got;
  }
}

std::string InputFile::first_bytes(size_t count) const {
  std::string bytes(count, '\0');
  bytes.resize(read_some(0, bytes.data(), count));
  return bytes;
}

std::string InputFile::read_all(uint64_t max_bytes) {
  if (size_ > max_bytes) {
    throw std::invalid_argument("cannot read " + in_quotes(path_.string()) + ": it is " +
                                counted(size_, "byte") + " long, and at most " +
                                grouped(max_bytes) + " are allowed");
  }
  std::string contents(static_cast<size_t>(size_), '\0');
  if (read(contents.data(), contents.size()) < contents.size()) {
    throw damaged(path_.string(), "it became shorter while it was read");
  }
  return contents;
}

std::string read_file(const std::filesystem::path& path, uint64_t max_bytes) {
  return InputFile(path).read_all(max_bytes);
}

}  // namespace diabolo::formats
