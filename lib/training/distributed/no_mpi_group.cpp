// What a build without MPI has in place of mpi_group.cpp.
#include <stdexcept>

#include "lib/training/distributed/launched_group.hpp"

namespace diabolo {

std::unique_ptr<Group> launched_group() {
  const auto started = launch();
  if (started && started->size > 1) {
    throw std::invalid_argument(
        "this program was built without MPI, so " + std::to_string(started->size) +
        " processes cannot train together; build it with MPI, or start one");
  }
  return std::make_unique<Group>();
}

std::string mpi_version() { return {}; }

}  // namespace diabolo
