#include "app/interrupt.hpp"

#include <unistd.h>

#include <csignal>
#include <string_view>

#include "app/commands.hpp"

namespace diabolo::app {
namespace {

// A signal handler can reach nothing but a global of this type.
volatile std::sig_atomic_t g_signals = 0;

void on_signal(int /*signal*/) {
  if (g_signals > 0) _exit(kInterrupted);
  g_signals = 1;
  constexpr std::string_view kMessage = "\ninterrupted: finishing this step and saving …\n";
  static_cast<void>(!write(STDERR_FILENO, kMessage.data(), kMessage.size()));
}

}  // namespace

void catch_interrupts() {
  struct sigaction action{};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() { return g_signals > 0; }

}  // namespace diabolo::app
