#pragma once

#include <vector>

#include "lib/training/instructions.hpp"

namespace diabolo {

/// All for which code in float32 is compiled and which this processor has.
inline std::vector<Instructions> usable_instructions() {
  std::vector<Instructions> all;
  for (const auto some : {Instructions::kAny, Instructions::kAvx2, Instructions::kAvx512}) {
    if (processor_has(some)) all.push_back(some);
  }
  return all;
}

}  // namespace diabolo
