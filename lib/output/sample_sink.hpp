#pragma once

#include <torch/types.h>

#include <filesystem>
#include <memory>

#include "lib/training/trained_model.hpp"

namespace diabolo {

/// Where samples that a model made go, batch after batch; nothing is held but for a picture.
class SampleSink {
 public:
  virtual ~SampleSink() = default;

  /// samples  [n, ...sample shape] float32, contiguous, as the network gave them
  /// of       what they were made of, whose names, labels and texts beside a CSV keeps; null for
  ///          none
  virtual void add(const torch::Tensor& samples, const Dataset* of) = 0;

  /// Puts the file in its place.
  virtual void finish() = 0;
};

/// *.npy, float32 [count, ...]; *.csv, a row a sample; of images also *.png, one picture of the
/// first 100, and any other name for a folder of 000000.png …. Pixels are in [0, 1]; rows of a
/// table are in the units of its file, categories as words in CSV, one-hot in NPY.
/// Throws std::invalid_argument for a table that is to become a picture.
std::unique_ptr<SampleSink> make_sink(const std::filesystem::path& path, const TrainedModel& model,
                                      int64_t count);

/// The name of the file for sample `index` in a folder: 000012.png.
std::string numbered_png(int64_t index);

}  // namespace diabolo
