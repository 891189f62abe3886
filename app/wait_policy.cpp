#include <unistd.h>

#include <cstring>
#include <string_view>

// Threads that wait for each other are to sleep, not to spin, which is what OpenMP's do by default:
// when anything else uses the cores, one of two threads is often not running, and the other burns
// its time. On a busy machine trainings took 20 times as long. OpenMP asks the environment for the
// policy before main() begins, when it is too late to set a variable and too early to call OpenMP.
// So the program answers that question itself: this function stands in for the C library's, for
// every library of the program. Starting the program anew with the variable set does the same, and
// costs a quarter of a second at each start.

extern "C" char* getenv(const char* name) noexcept {
  static char passive[] = "passive";
  const std::string_view wanted(name);
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    if (std::strncmp(*entry, name, wanted.size()) == 0 && (*entry)[wanted.size()] == '=') {
      return *entry + wanted.size() + 1;
    }
  }
  return wanted == "OMP_WAIT_POLICY" ? passive : nullptr;
}
