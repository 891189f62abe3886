#include <c10/util/Exception.h>
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "app/commands.hpp"
#include "app/memory_limit.hpp"
#include "app/processes.hpp"
#include "app/terminal.hpp"
#include "lib/formats/messages.hpp"

namespace {

/// Large tensors come and go at every step; given back to the system each time, their pages cost
/// more than the arithmetic on them. Keep what was freed for the next step.
void keep_freed_memory() {
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
}

/// What a message quotes of a file or a name is never taken for commands by a terminal.
int fail(const std::string& message, int code) {
  const std::string shown = diabolo::formats::printable(message);
  return diabolo::app::fail_together(diabolo::app::red("error: ") + shown + "\n", code);
}

/// Returns the exit code.
int run(int argc, char** argv) {
  using namespace diabolo::app;
  try {
    const Arguments arguments(argv + 1, static_cast<size_t>(argc > 0 ? argc - 1 : 0));
    const int code = run_program(arguments);
    if (!std::cout.flush())
      return fail("the result could not be written to standard output", kFailed);
    return code;
  } catch (const std::invalid_argument& error) {
    return fail(error.what(), kWrongRequest);
  } catch (const c10::Error& error) {
    if (is_out_of_memory(error)) return fail(out_of_memory_message(), kFailed);
    return fail(error.what_without_backtrace(), kFailed);
  } catch (const std::exception& error) {
    return fail(is_out_of_memory(error) ? out_of_memory_message() : error.what(), kFailed);
  }
}

/// Ends the program without what LibTorch's libraries do after main(): for a fifth of a second
/// they take apart what they registered. Sanitizers report then, and so they may.
[[noreturn]] void end(int code) {
  diabolo::app::leave_processes();
#if defined(DIABOLO_SANITIZED)
  std::exit(code);
#else
  std::fflush(nullptr);
  std::quick_exit(code);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  end(run(argc, argv));
}
