#include "app/wait_policy.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>
#include <system_error>

namespace diabolo::app {
namespace {

constexpr const char* kPolicy = "OMP_WAIT_POLICY";

bool computes(Arguments arguments) {
  const auto asks = [](std::string_view word) { return word == "--help" || word == "-h"; };
  return arguments.size() > 1 && std::ranges::none_of(arguments, asks);
}

}  // namespace

void let_threads_sleep(Arguments arguments, char** argv) {
  if (std::getenv(kPolicy) != nullptr || !computes(arguments)) return;
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error || setenv(kPolicy, "passive", /*overwrite=*/0) != 0) return;
  execv(program.c_str(), argv);
}

}  // namespace diabolo::app
