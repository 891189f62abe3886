#pragma once

#include <memory>
#include <optional>

#include "lib/data/catalog.hpp"
#include "lib/data/row_ranges.hpp"

/// Samples that stay in their file, so that data larger than memory can be learned from: those of
/// an IDX or NPY file that is not compressed, where a row can be found without reading those before
/// it. Read, and not mapped: pages of a mapping count as the program's memory for as long as the
/// system likes, and a file that becomes shorter would end the program, not give an error.
namespace diabolo {

/// Reads any of the samples. May be used by several threads at once.
class StoredSamples {
 public:
  virtual ~StoredSamples() = default;

  /// Samples [begin, begin + count) of the file, as in Dataset::samples. Throws
  /// std::invalid_argument naming file, row and column for a value that cannot be used,
  /// std::runtime_error for a file that became shorter.
  virtual torch::Tensor read(int64_t begin, int64_t count) const = 0;
};

/// Those of Dataset::stored.
struct StoredPart {
  std::shared_ptr<const StoredSamples> file;
  RowRanges blocks;

  int64_t size() const { return rows_in(blocks); }
};

/// What a file holds.
struct FileRows {
  int64_t rows = 0;
  int64_t bytes_each = 0;  ///< Of memory, once read.
};

/// Of the training part; nothing for data whose samples cannot stay in their file.
/// Throws std::invalid_argument as load_data() does.
std::optional<FileRows> rows_in_file(const DataOptions& options);

/// Of data that rows_in_file() knows. known: the columns of a table, how they are filled and
/// scaled; null for images.
std::shared_ptr<const StoredSamples> open_stored(const DataOptions& options,
                                                 const std::shared_ptr<const Table>& known);

/// As load_data(), of these rows alone.
Dataset load_rows(const DataOptions& options, const RowRanges& rows);

}  // namespace diabolo
