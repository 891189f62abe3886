#pragma once

#include <memory>
#include <string>
#include <vector>

#include "lib/data/dataset.hpp"
#include "lib/data/table.hpp"

namespace diabolo {

class TableRows;

/// Rows of a table that has the columns of `known`, by name, in any order; filled and scaled as
/// `known` says. Label and id may be missing, and so may `beside`: columns of texts to go
/// along, in the order of the file.
class TableStream {
 public:
  TableStream(const DataOptions& options, std::shared_ptr<const Table> known,
              const std::vector<std::string>& beside = {});
  ~TableStream();

  /// The next `count` rows, fewer at the end; all that are left when it is 0.
  Dataset next(int64_t count);

  /// How many rows there are: exact, or judged by those read so far.
  int64_t likely_rows() const;

 private:
  std::shared_ptr<const Table> table_;
  std::string label_name_, id_name_;
  std::vector<std::string> beside_;
  std::unique_ptr<TableRows> rows_;
};

}  // namespace diabolo
