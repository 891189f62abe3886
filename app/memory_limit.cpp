#include "app/memory_limit.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

namespace diabolo::app {
namespace {

constexpr std::array<std::pair<char, int>, 4> kUnits{{{'T', 40}, {'G', 30}, {'M', 20}, {'K', 10}}};

std::string limit;  // As it was given; one a process, as the limit itself.

/// What counts against the limit, now. Zero where the system does not say.
int64_t taken() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmData:")) return std::stoll(line.substr(sizeof "VmData:")) * 1024;
  }
  return 0;
}

int64_t bytes_of(const std::string& text) {
  std::string_view digits = text;
  int shift = 0;
  for (const auto& [letter, bits] : kUnits) {
    if (!digits.empty() && text.back() == letter) {
      digits.remove_suffix(1);
      shift = bits;
    }
  }
  int64_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  const bool fits = count <= std::numeric_limits<int64_t>::max() >> shift;
  if (error != std::errc() || end != digits.data() + digits.size() || count < 1 || !fits) {
    throw std::invalid_argument("--max-memory: '" + text +
                                "' is no amount of memory, as 800M, 4G or a number of bytes");
  }
  return count << shift;
}

}  // namespace

void limit_memory(const std::string& most) {
  const int64_t bytes = bytes_of(most);
  if (const int64_t already = taken(); already > bytes) {
    throw std::invalid_argument("--max-memory: the program itself takes " +
                                std::to_string((already >> 20) + 1) + "M; " + most + " is less");
  }
  rlimit now{};
  if (getrlimit(RLIMIT_DATA, &now) == 0) {
    now.rlim_cur = std::min(static_cast<rlim_t>(bytes), now.rlim_max);
    if (setrlimit(RLIMIT_DATA, &now) == 0) {
      limit = most;
      return;
    }
  }
  throw std::system_error(errno, std::generic_category(), "--max-memory: the system refuses");
}

bool is_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  const std::string_view what = error.what();
  // LibTorch's allocator, and OpenCV's; neither has a type or a code of its own for it.
  return what.find("DefaultCPUAllocator: ") != std::string_view::npos ||
         what.find("in function 'OutOfMemoryError'") != std::string_view::npos;
}

std::string out_of_memory_message() {
  if (limit.empty()) return "out of memory";
  return "out of memory: it needs more than --max-memory " + limit +
         "; give more, or less data at a time";
}

}  // namespace diabolo::app
