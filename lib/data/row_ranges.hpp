#pragma once

#include <cstdint>
#include <vector>

namespace diabolo {

/// Rows [begin, end) of a file.
struct RowRange {
  int64_t begin = 0, end = 0;

  int64_t size() const { return end - begin; }
  bool operator==(const RowRange&) const = default;
};

/// Ascending, none within another.
using RowRanges = std::vector<RowRange>;

/// Of all of them.
inline int64_t rows_in(const RowRanges& ranges) {
  int64_t rows = 0;
  for (const RowRange& range : ranges) rows += range.size();
  return rows;
}

}  // namespace diabolo
