#pragma once

#include <torch/types.h>

#include <filesystem>
#include <functional>

#include "lib/training/trained_model.hpp"

namespace diabolo {

/// Writes the code of each sample, a batch at a time: *.npy, float32 [N, ...code shape]; or *.csv
/// with columns code_1 … code_K behind a column `label` where there are labels. Nothing is at
/// `path` before all is written.
/// Throws std::invalid_argument for another ending, or data of another shape than the model's.
void write_codes(const TrainedModel& model, const Dataset& dataset,
                 const std::filesystem::path& path);

/// Codes in a file, as write_codes() or numpy wrote them; nothing is held in memory.
class CodesFile {
 public:
  using OnBatch = std::function<void(const torch::Tensor& codes)>;

  /// Throws std::invalid_argument when the file holds codes of another shape than the model's.
  CodesFile(const std::filesystem::path& path, const TrainedModel& model);

  int64_t size() const { return size_; }  ///< Number of codes.

  /// Calls `on_batch` with float32 [n, ...code shape], n <= 1000, in order.
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
};

/// Decodes each code and writes the samples: *.npy, float32 [N, C, H, W] in [0, 1]; *.csv, a row a
/// sample and a column a value; *.png, one picture of the first 100; any other name, a folder of
/// 000000.png …. Throws std::invalid_argument when there are no codes.
void write_decoded(const TrainedModel& model, const CodesFile& codes,
                   const std::filesystem::path& path);

/// The name of the file for sample `index` in a folder: 000012.png.
std::string numbered_png(int64_t index);

}  // namespace diabolo
