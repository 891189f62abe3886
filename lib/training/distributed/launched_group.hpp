#pragma once

#include <memory>
#include <optional>
#include <string>

#include "lib/training/distributed/group.hpp"

namespace diabolo {

/// How this process was started, as far as its environment tells; nothing when neither mpirun nor
/// srun with MPI started it.
std::optional<Share> launch();

/// The processes that mpirun or srun started together with this one; a group of one without them.
/// To be called once, and to live until the process ends.
/// Throws std::invalid_argument when they cannot work together: the program was built without MPI,
/// or with another one than theirs.
std::unique_ptr<Group> launched_group();

/// "Open MPI v4.1.4", or "" when the program was built without MPI.
std::string mpi_version();

}  // namespace diabolo
