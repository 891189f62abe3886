#include "lib/training/instructions.hpp"

#include <initializer_list>

namespace diabolo {

bool processor_has(Instructions instructions) {
#if defined(__x86_64__)
  switch (instructions) {
    case Instructions::kAny:
      return true;
    case Instructions::kAvx2:
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case Instructions::kAvx512:
      return processor_has(Instructions::kAvx2) && __builtin_cpu_supports("avx512f") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
    case Instructions::kAvx512Bf16:
      return processor_has(Instructions::kAvx512) && __builtin_cpu_supports("avx512bf16");
  }
  return false;
#else
  return instructions == Instructions::kAny;
#endif
}

Instructions best_instructions() {
  for (const auto best : {Instructions::kAvx512Bf16, Instructions::kAvx512, Instructions::kAvx2}) {
    if (processor_has(best)) return best;
  }
  return Instructions::kAny;
}

}  // namespace diabolo
