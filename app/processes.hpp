#pragma once

#include <string>

#include "lib/training/distributed/group.hpp"

namespace diabolo::app {

/// The processes that this one works with: itself, until join_processes().
Group& processes();

/// Joins the processes that mpirun started together with this one, if it was. From then on only the
/// first of them can be seen, and each keeps to its share of the machine's cores.
/// Throws std::invalid_argument when they cannot work together.
void join_processes();

/// Ends the work together, as each process does before it ends itself.
void leave_processes();

/// True in all processes but the first that mpirun started. They have nothing to do for a command
/// that one process carries out.
bool is_spare_process();

/// Prints an error that ends the program, once for all processes. Returns the exit code, unless the
/// others know of no error: then it ends them too.
int fail_together(const std::string& message, int code);

}  // namespace diabolo::app
