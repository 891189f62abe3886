#include <unistd.h>

#include <string_view>

// LibTorch's libraries take half a second to register their operators before main() begins. Who
// asks for the version alone need not wait for it: the functions in .preinit_array come before them
// (System V ABI, "Initialization and Termination Functions"). Nothing of C++ is set up then but
// what is constant.

namespace {

constexpr std::string_view kVersion = "diabolo " DIABOLO_VERSION "\n";

void answer_version(int argc, char** argv, char** /*environment*/) {
  if (argc != 2 || std::string_view(argv[1]) != "--version") return;
  const ssize_t written = write(STDOUT_FILENO, kVersion.data(), kVersion.size());
  // What fails, main() tries again and complains of.
  if (written == static_cast<ssize_t>(kVersion.size())) _exit(0);
}

using Initialiser = void (*)(int, char**, char**);
[[gnu::section(".preinit_array"), gnu::used]] const Initialiser kFirst = answer_version;

}  // namespace
