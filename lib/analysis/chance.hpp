#pragma once

#include <cstdint>
#include <vector>

namespace diabolo {

/// How likely a figure as large as `observed` is by chance, from the figures of shuffled data: the
/// tail of Student's t for one more figure of a normal population.
/// shuffled  two or more figures; returns a number in [0, 1], 1 where they are all equal and the
/// observed one is no larger
double chance_of(double observed, const std::vector<double>& shuffled);

/// Which of the claims with these probabilities stand, so that at most a share `rate` of those that
/// do is expected to be wrong (Benjamini and Hochberg 1995).
std::vector<bool> claims_that_stand(const std::vector<double>& chances, double rate);

/// 0 … N - 1, shuffled among the positions of equal `group` [N], by a fixed seed; draw says which
/// of many shufflings.
std::vector<int64_t> shuffled_within(const std::vector<int64_t>& group, uint64_t draw);

}  // namespace diabolo
