#pragma once

#include "models/autoencoder.hpp"

namespace diabolo {

/// How much the output moves when a code does: the mean over codes of J^T J, where J [D, K] is the
/// derivative of a sample by its code. By differences of `step` standard deviations of a unit.
/// codes    [N, K] float32, N > 0
/// returns  [K, K] float64, symmetric; 0 for a unit that never varies
torch::Tensor decoder_metric(const Autoencoder& network, const torch::Tensor& codes, double step);

}  // namespace diabolo
