#pragma once

#include <memory>

#include "lib/data/catalog.hpp"

namespace diabolo {

/// The samples of a data set in their order, some at a time, so that memory does not grow with it.
class SampleStream {
 public:
  virtual ~SampleStream() = default;

  /// The next `count` samples, fewer at the end, none behind it. Throws as load_data() does.
  virtual Dataset next(int64_t count) = 0;
};

/// known: columns and scaling of a table, from a model; null for images.
/// beside: columns of a table that go along as texts, in Dataset::beside, where it has them.
/// Throws std::invalid_argument as load_data() does.
std::unique_ptr<SampleStream> open_data(const DataOptions& options, Part part,
                                        const std::shared_ptr<const Table>& known,
                                        const std::vector<std::string>& beside = {});

/// How many samples there are. Reads a table through, which says it exactly, rows without empty
/// cells alone where those are dropped.
int64_t count_samples(const DataOptions& options, Part part,
                      const std::shared_ptr<const Table>& known);

}  // namespace diabolo
