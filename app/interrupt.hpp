#pragma once

namespace diabolo::app {

/// From here on the first Ctrl-C (SIGINT, or SIGTERM) is only remembered, so that the work can
/// stop in good order; the second ends the program at once with exit code 130.
void catch_interrupts();

bool interrupted();

}  // namespace diabolo::app
