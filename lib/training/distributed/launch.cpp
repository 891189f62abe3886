#include <array>
#include <charconv>
#include <cstdlib>
#include <string_view>

#include "lib/training/distributed/launched_group.hpp"

namespace diabolo {
namespace {

std::optional<int64_t> number_in(const char* variable) {
  const char* text = std::getenv(variable);
  if (text == nullptr) return {};
  const std::string_view view = text;
  int64_t number = 0;
  const auto [end, error] = std::from_chars(view.begin(), view.end(), number);
  if (error != std::errc() || end != view.end()) return {};
  return number;
}

}  // namespace

std::optional<Share> launch() {
  struct Variables {
    const char* rank;
    const char* size;
  };
  // Of Open MPI's mpirun, of MPICH's and srun --mpi=pmi2, of srun --mpi=pmix.
  constexpr std::array kLaunchers{Variables{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                  Variables{"PMI_RANK", "PMI_SIZE"},
                                  Variables{"PMIX_RANK", "SLURM_STEP_NUM_TASKS"}};
  for (const auto& launcher : kLaunchers) {
    const auto rank = number_in(launcher.rank);
    if (!rank) continue;
    return Share{.rank = *rank, .size = number_in(launcher.size).value_or(1)};
  }
  return {};
}

}  // namespace diabolo
