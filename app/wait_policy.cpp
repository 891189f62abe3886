#include <unistd.h>

#include <cstring>
#include <string_view>

// OpenMP's threads spin while they wait for each other, by default for long: when anything else
// uses the cores, one of two threads is often not running, and the other burns its time, so that
// trainings took ten times as long. Threads that sleep at once lose a quarter on a quiet machine.
// So they spin for a moment and then sleep, which was as fast as the better of the two on either
// (docs/performance.md). OpenMP asks the environment before main() begins, when it is too late to
// set a variable and too early to call OpenMP. So the program answers that question itself: this
// function stands in for the C library's, for every library of the program.

namespace {

const char* find(std::string_view name) {
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const bool same = std::strncmp(*entry, name.data(), name.size()) == 0;
    if (same && (*entry)[name.size()] == '=') return *entry + name.size() + 1;
  }
  return nullptr;
}

}  // namespace

extern "C" char* getenv(const char* name) noexcept {
  const char* value = find(name);
  const bool ours = value == nullptr && std::string_view(name) == "GOMP_SPINCOUNT" &&
                    find("OMP_WAIT_POLICY") == nullptr;
  return const_cast<char*>(ours ? "3000" : value);
}
