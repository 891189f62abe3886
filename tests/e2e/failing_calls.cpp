// A library to preload: the N-th call of those that change files fails, as a broken disk would make
// it. FAIL_AT=N counts write, fsync, rename, link and mkdir, from 1, of files below FAIL_BELOW
// only. FAIL_WITH=ENOSPC (the default) or EIO. Without FAIL_AT nothing fails; the number of calls
// is written to FAIL_COUNT when the process ends.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::atomic<long> calls{0};

bool is_below(const std::string& path) {
  const char* below = std::getenv("FAIL_BELOW");
  return below != nullptr && path.starts_with(below);
}

std::string path_of(int descriptor) {
  char name[4096];
  const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
  const ssize_t length = ::readlink(link.c_str(), name, sizeof name);
  return length > 0 ? std::string(name, static_cast<size_t>(length)) : "";
}

std::string absolute(const char* path) {
  if (path[0] == '/') return path;
  char folder[4096];
  return std::string(::getcwd(folder, sizeof folder)) + "/" + path;
}

/// Counts a call; true when it is the one to fail.
bool fails() {
  const char* at = std::getenv("FAIL_AT");
  if (++calls != (at == nullptr ? -1 : std::atol(at))) return false;
  const char* with = std::getenv("FAIL_WITH");
  errno = with != nullptr && std::strcmp(with, "EIO") == 0 ? EIO : ENOSPC;
  return true;
}

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

void write_count() {
  const char* path = std::getenv("FAIL_COUNT");
  if (path == nullptr) return;
  if (std::FILE* file = std::fopen(path, "w")) {
    std::fprintf(file, "%ld\n", calls.load());
    std::fclose(file);
  }
}

// A process ends by exit or by quick_exit.
[[maybe_unused]] const int kAtExit = std::atexit(write_count);
[[maybe_unused]] const int kAtQuickExit = std::at_quick_exit(write_count);

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size) {
  if (is_below(path_of(descriptor)) && fails()) return -1;
  return next<ssize_t (*)(int, const void*, size_t)>("write")(descriptor, bytes, size);
}

int fsync(int descriptor) {
  if (is_below(path_of(descriptor)) && fails()) return -1;
  return next<int (*)(int)>("fsync")(descriptor);
}

int rename(const char* from, const char* to) noexcept {
  if (is_below(absolute(to)) && fails()) return -1;
  return next<int (*)(const char*, const char*)>("rename")(from, to);
}

int link(const char* from, const char* to) noexcept {
  if (is_below(absolute(to)) && fails()) return -1;
  return next<int (*)(const char*, const char*)>("link")(from, to);
}

int mkdir(const char* path, mode_t mode) noexcept {
  if (is_below(absolute(path)) && fails()) return -1;
  return next<int (*)(const char*, mode_t)>("mkdir")(path, mode);
}

}  // extern "C"
