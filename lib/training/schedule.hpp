#pragma once

#include <cstdint>

#include "models/field.hpp"

namespace diabolo {

enum class Schedule {
  kConstant,
  kCosine,  ///< Falls to zero along half a cosine (Loshchilov & Hutter 2017).
};
template <>
inline constexpr auto kEnumNames<Schedule> =
    std::array{std::pair{Schedule::kConstant, "constant"}, std::pair{Schedule::kCosine, "cosine"}};

/// Share of the peak learning rate at `step` of `steps` (0-based), in (0, 1]: it rises in a
/// straight line over the first `warmup` share of the steps, then follows the schedule.
double schedule_factor(Schedule schedule, double warmup, int64_t step, int64_t steps);

}  // namespace diabolo
