#pragma once

#include "lib/data/dataset.hpp"

namespace diabolo {

struct Split {
  Dataset train;
  Dataset validation;  ///< Empty when the fraction is 0.
};

/// Which samples go where, each ascending.
struct SplitIndices {
  std::vector<int64_t> train, validation;
};

/// Sets aside `fraction` of the samples, rounded, drawn by `seed`; at least one of each part when
/// the fraction is above 0. Both parts keep the order of the data set. Samples of one image (see
/// Dataset::together) stay together: images are drawn, and their share is rounded.
/// Throws std::invalid_argument if a part would be empty.
Split split_validation(const Dataset& dataset, double fraction, uint64_t seed);

/// The same in the memory of `dataset`, which nobody may use after it: its training samples move
/// together, so that a large data set is never held twice.
Split split_in_place(Dataset dataset, double fraction, uint64_t seed);
Split split_in_place(Dataset dataset, const SplitIndices& indices);

/// All samples, or `most` of them drawn by a fixed seed, in their order.
Dataset drawn_samples(const Dataset& dataset, int64_t most);

/// The samples of both parts of a data set, the first part's first; no copy where one is empty.
Dataset joined_samples(const Dataset& first, const Dataset& second);

}  // namespace diabolo
