#pragma once

#include <torch/types.h>

#include <filesystem>
#include <functional>
#include <optional>

#include "lib/training/trained_model.hpp"

namespace diabolo {

/// What a command wrote.
struct Written {
  int64_t samples = 0;
  int64_t dropped = 0;  ///< Rows of a table that were left out for their empty cells.
};

/// Writes the code of each sample, a batch at a time, so that memory does not grow with the data:
/// *.npy, float32 [N, ...code shape]; or *.csv with columns code_1 … code_K behind the name of each
/// row and its label, where there are any. Nothing is at `path` before all is written.
/// Throws std::invalid_argument for another ending, data of another shape than the model's, or
/// none.
Written write_codes(const TrainedModel& model, const DataOptions& data, Part part,
                    const std::filesystem::path& path);

/// Codes in a file, as write_codes() or numpy wrote them; nothing is held in memory.
class CodesFile {
 public:
  /// codes  float32 [n, ...code shape], n <= 1000
  /// of     what stands beside them in CSV, as Dataset::sample_names and beside; without samples
  using OnBatch = std::function<void(const torch::Tensor& codes, const Dataset& of)>;

  /// Throws std::invalid_argument when the file holds codes of another shape than the model's.
  CodesFile(const std::filesystem::path& path, const TrainedModel& model);

  int64_t size() const { return size_; }  ///< Number of codes.

  /// Calls `on_batch` with all codes in order.
  void for_each_batch(const OnBatch& on_batch) const;

 private:
  void open_npy();
  void open_csv();
  void read_npy(const OnBatch& on_batch) const;
  void read_csv(const OnBatch& on_batch) const;

  std::filesystem::path path_;
  std::vector<int64_t> code_shape_;
  int64_t size_ = 0;
  std::vector<size_t> columns_;  ///< Of a CSV file: where code_1 … code_K stand.
  std::string id_name_;          ///< Of the column with the name of a sample, if there is one.
  std::optional<size_t> id_;
  std::vector<size_t> beside_;  ///< All others.
};

/// Decodes each code and writes the samples, as make_sink() says, with what stands beside the
/// codes. Throws std::invalid_argument when there are no codes.
void write_decoded(const TrainedModel& model, const CodesFile& codes,
                   const std::filesystem::path& path);

/// Writes what the model makes of each sample, as make_sink() says, with names and labels where a
/// table has them. Throws std::invalid_argument when there are none.
Written write_reconstructed(const TrainedModel& model, const DataOptions& data, Part part,
                            const std::filesystem::path& path);

}  // namespace diabolo
