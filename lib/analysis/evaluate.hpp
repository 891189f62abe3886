#pragma once

#include <functional>
#include <optional>

#include "lib/analysis/column_figures.hpp"
#include "lib/analysis/elbo.hpp"
#include "lib/analysis/metrics.hpp"
#include "lib/data/noise.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo {

/// Throws std::invalid_argument naming both shapes if the data have another than the model.
void require_same_shape(const TrainedModel& model, const Dataset& dataset);

/// One batch on its way through a model, all against the same clean samples.
struct Comparison {
  torch::Tensor clean;   ///< [N, ...sample shape] float32, pixels in [0, 1], columns scaled.
  torch::Tensor input;   ///< What the model saw: noisy when there is noise, else `clean` itself.
  torch::Tensor model;   ///< What the model made of `input`.
  torch::Tensor pca;     ///< What PCA of the same code size made of it; undefined if there is none.
  torch::Tensor filled;  ///< As Dataset::filled: values of `clean` that nobody knows.
};

/// Samples [begin, begin + count) of `dataset`. The noise of a sample depends on (seed, its index).
/// Throws std::invalid_argument naming both shapes if the data have another than the model.
Comparison compare(const TrainedModel& model, const Dataset& dataset, int64_t begin, int64_t count,
                   const Noise& noise = {}, uint64_t seed = 0);

/// What "the mean" answers every sample with, [...sample shape] float32: of images the mean
/// training sample; of a table the mean of these rows, but for empty cells, since R2 is measured
/// against that.
torch::Tensor mean_answer(const TrainedModel& model, const Dataset& dataset);

/// Errors against the clean samples. Cells of a table that were empty count in none.
struct Evaluation {
  int64_t samples = 0;
  int64_t code_size = 0;         ///< Numbers in one code.
  std::optional<Figures> input;  ///< Of the noisy input itself, when there is noise.
  Figures model;
  std::optional<Figures> pca;          ///< PCA at code_size; left out when the code is no smaller.
  std::optional<double> pca_share;     ///< Of the training samples' variance, that PCA explains.
  Figures mean;                        ///< Of answering every sample with mean_answer().
  std::vector<ColumnFigures> columns;  ///< Of a table.
  int64_t filled = 0;                  ///< Cells that were empty.
  std::optional<NegativeElbo> elbo;    ///< Of a variational network, without noise.
};

/// Over all samples, a batch at a time. Figures of PCA are of what it gives, not clipped. Those of
/// a table are of scaled values, but for `columns`.
Evaluation evaluate(const TrainedModel& model, const Dataset& dataset, const Noise& noise = {},
                    uint64_t seed = 0);

}  // namespace diabolo
