#pragma once

#include "app/commands.hpp"

namespace diabolo::app {

/// Sees to it that threads which wait for each other sleep instead of spinning. OpenMP's spin by
/// default; when anything else uses the cores, one of two threads is often not running, and the
/// other then burns its time: on a busy machine trainings took 20 times as long. OpenMP reads the
/// policy before main() begins, so this starts the program anew with it, unless OMP_WAIT_POLICY is
/// set already, or nothing is to be computed (--version, --help).
/// Returns when there is no need, or where it cannot be done.
void let_threads_sleep(Arguments arguments, char** argv);

}  // namespace diabolo::app
