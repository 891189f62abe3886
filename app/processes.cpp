#include "app/processes.hpp"

#include <ATen/Parallel.h>
#include <fcntl.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "lib/training/distributed/launched_group.hpp"

namespace diabolo::app {
namespace {

constexpr double kPatience = 5;  // Seconds that processes with an error wait for each other.

/// Empty before join_processes().
std::unique_ptr<Group>& joined() {
  static std::unique_ptr<Group> group;
  return group;
}

/// A copy of stderr's descriptor in a process that is mute; -1 in one that is not.
int& real_stderr() {
  static int descriptor = -1;
  return descriptor;
}

/// C libraries, LibTorch and signal handlers print too, so it is not enough to mute our streams.
void mute() {
  const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  real_stderr() = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
  close(nowhere);
}

void unmute() {
  if (real_stderr() >= 0) dup2(real_stderr(), STDERR_FILENO);
}

}  // namespace

Group& processes() { return joined() ? *joined() : alone(); }

void join_processes() {
  const auto started = launch();
  if (!started) return;
  if (started->rank > 0) mute();
  joined() = launched_group();
  if (processes().size() == 1) return;
  const auto cores = static_cast<int>(processes().cores());
  if (cores < at::get_num_threads()) at::set_num_threads(cores);
}

void leave_processes() { joined().reset(); }

bool is_spare_process() {
  const auto started = launch();
  return started && started->rank > 0;
}

int fail_together(const std::string& message, int code) {
  Group& all = processes();
  if (all.meet(kPatience)) {
    std::cerr << message << std::flush;
    return code;
  }
  unmute();
  std::cerr << message << std::flush;
  all.end_all(code);
  return code;
}

}  // namespace diabolo::app
