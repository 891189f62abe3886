#pragma once

#include <optional>

#include "lib/training/trained_model.hpp"

namespace diabolo {

/// How well numbers keep what matters of the samples. What does not apply is left out.
struct CodeFigures {
  std::optional<double> knn_accuracy;     ///< Leave-one-out, 5 neighbours; with labels, of 6
                                          ///< samples or more.
  std::optional<double> probe_accuracy;   ///< Of a linear classifier; with labels.
  std::optional<double> trustworthiness;  ///< Of the picture, 5 neighbours (Venna & Kaski 2001).
};

struct CodeQuality {
  int64_t samples = 0;  ///< That labels were judged on; more are drawn from by a fixed seed.
  int64_t picture_samples = 0;  ///< That the picture was judged on.
  CodeFigures model;
  std::optional<CodeFigures> pca;  ///< As many numbers; not where the code is no smaller.
  CodeFigures raw;                 ///< The samples themselves; they have no picture.
};

inline constexpr int64_t kQualitySamples = 10'000;
inline constexpr int64_t kPictureSamples = 2'000;

/// Which numbers are drawn as a picture: up to three all, of more the two that vary most.
/// codes  [N, K]; returns int64 [1 … 3], ascending
torch::Tensor pictured_units(const torch::Tensor& codes);

/// The numbers of codes [N, K] that are drawn: [N, 1 … 3].
torch::Tensor picture_of(const torch::Tensor& codes);

/// The code of every sample, flat: [N, K] float32.
torch::Tensor codes_of(const TrainedModel& model, const torch::Tensor& samples);

CodeQuality code_quality(const TrainedModel& model, const Dataset& dataset);

}  // namespace diabolo
