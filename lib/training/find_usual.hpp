#pragma once

#include "lib/training/trained_model.hpp"

namespace diabolo {

/// Whose codes: the network's, or those of the PCA beside it.
enum class CodeOf { kModel, kPca };

/// The nearest usual sample to each: what its code is decoded to once each number of it is kept
/// between `low` and `high`. A network extrapolates far beyond what it was trained on, and so would
/// rebuild a sample well that is only more extreme than all others.
/// x  [N, ...sample shape] float32 as the network sees them; returns the same shape
/// Throws std::logic_error for the PCA of a model without components.
torch::Tensor nearest_usual(const TrainedModel& model, CodeOf which, const torch::Tensor& x);

/// How far each value is from the nearest usual sample, squared; of a table over what is usual
/// (`error`), so that 1 is an average one of a training row.
/// x, nearest  [N, ...sample shape] float32; returns [N, D] float32
torch::Tensor unusual_values(const TrainedModel& model, CodeOf which, const torch::Tensor& x,
                             const torch::Tensor& nearest);

/// The score of a sample is the mean of unusual_values() over its values. Codes and errors are
/// those of up to 10,000 training samples, drawn by a fixed seed, fewer of large ones; scores those
/// of as many validation samples, or of the same training samples where there are none.
/// model  trained, on the CPU; its `usual` is not looked at
Usual find_usual(const TrainedModel& model, const Dataset& train, const Dataset& validation);

}  // namespace diabolo
