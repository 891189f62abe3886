#include "lib/data/in_parallel.hpp"

#include <ATen/Parallel.h>

// Compiled with OpenMP, as the rest is not: without it at::parallel_for is a loop on one thread.

namespace diabolo {

void in_parallel(int64_t count, int64_t grain,
                 const std::function<void(int64_t begin, int64_t end)>& work) {
  at::parallel_for(0, count, grain, work);
}

}  // namespace diabolo
