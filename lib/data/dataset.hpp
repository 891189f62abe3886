#pragma once

#include <torch/types.h>

#include <memory>
#include <string>
#include <vector>

namespace diabolo {

struct StoredPart;
struct Table;

/// Cells that go along with samples as they are, and mean nothing to a network.
struct TextColumns {
  std::vector<std::string> names;
  std::vector<std::vector<std::string>> rows;  ///< Of each sample as many as there are names.
};

/// Samples and what they mean.
struct Dataset {
  torch::Tensor samples;  ///< Images: uint8 [N, C, H, W], C = 1 (grey) or 3 (RGB).
                          ///< Tables: float32 [N, D], scaled once `table` has a scaler.
  torch::Tensor filled;   ///< bool [N, D]: the cells of a table that were empty, where means
                          ///< stand in; undefined when there are none, or nothing is filled yet.
  torch::Tensor labels;   ///< int64 [N], or undefined when there are none.
  std::string name;       ///< As the user wrote it: "mnist", or a path.
  std::vector<std::string> sample_names;     ///< Names of files, or of rows; empty for none.
  std::vector<std::string> label_words;      ///< What labels mean; empty when the number says it.
  std::shared_ptr<const Table> table;        ///< What the values mean; null for images.
  std::string label_name = "label";          ///< The column that labels came from.
  std::string id_name = "file";              ///< The column that sample_names came from.
  int64_t together = 1;                      ///< So many neighbours are of one image: a split keeps
                                             ///< them in one part.
  TextColumns beside;                        ///< Of a stream that was asked for them.
  int64_t dropped = 0;                       ///< Rows left out for their empty cells.
  std::shared_ptr<const StoredPart> stored;  ///< All samples to train on, in their file, where
                                             ///< `samples` are some of them; null: they are all.
  std::vector<std::string> notices;          ///< What a person should know of how it was read.

  /// Samples in memory.
  int64_t size() const { return samples.defined() ? samples.size(0) : 0; }
  int64_t size_with_stored() const;           ///< Also those that stay in their file.
  std::vector<int64_t> sample_shape() const;  ///< [C, H, W], or [D].
  std::string label_word(int64_t label) const;

  /// The samples at `indices`, in that order, copied.
  Dataset select(const std::vector<int64_t>& indices) const;
  /// The first `count` samples, or all when there are fewer; no copy.
  Dataset head(int64_t count) const;
};

/// Values for a network, float32 of the same shape: uint8 `samples` become [0, 1]; float32 ones, of
/// a table, are returned as they are, not copied.
torch::Tensor to_unit(const torch::Tensor& samples);

/// Mean sample as the network sees it, [...sample shape] float32.
torch::Tensor mean_sample(const Dataset& dataset);

/// SHA-256 of shape and values of the samples, in hex: tells whether two runs saw the same data.
std::string data_hash(const Dataset& dataset);

}  // namespace diabolo
