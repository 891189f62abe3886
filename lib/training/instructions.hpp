#pragma once

namespace diabolo {

/// What code of our own asks of a processor, from little to much; kAvx2 means FMA as well, and
/// kAvx512 the foundation (F), BW and VL.
enum class Instructions { kAny, kAvx2, kAvx512, kAvx512Bf16 };

bool processor_has(Instructions instructions);

/// The most that this processor has.
Instructions best_instructions();

}  // namespace diabolo
