#pragma once

#include "lib/data/row_ranges.hpp"
#include "lib/data/split.hpp"
#include "lib/data/stored_samples.hpp"

namespace diabolo {

/// How samples that stay in their file are divided: in blocks of a megabyte, so that it is read in
/// large pieces.
struct BlockSplit {
  RowRanges train;       ///< Blocks to train on.
  RowRanges looked_at;   ///< Rows to hold in memory: all that are kept apart, and some of `train`.
  SplitIndices indices;  ///< Which of those are which: places in `looked_at`.
};

/// Keeps `fraction` of the rows apart, in whole blocks drawn by `seed`, a block or more when it is
/// above 0, but no more than 256 MB; and looks at 256 MB of the others, small pieces from all over
/// the file.
/// Throws std::invalid_argument as split_validation() does.
BlockSplit split_blocks(const FileRows& file, double fraction, uint64_t seed);

}  // namespace diabolo
