#pragma once

#include <torch/types.h>

#include "models/autoencoder.hpp"

namespace diabolo {

/// Chooses among the codes that say the same. A dense network rebuilds alike whatever straight-line
/// change is made to its code and undone in the decoder, so that training leaves axes, scale and
/// origin to chance. Here the code is changed so that
/// - its origin is the mean code,
/// - a step in it moves the reconstruction, in the mean over samples, by a step of the same length
///   (the mean of J^T J becomes the identity; J is the decoder's derivative),
/// - its axes are uncorrelated, the one with the most variance first; on each the farthest sample
/// is
///   on the positive side.
/// Distances in a picture of codes then mean what they mean among the samples; of a linear network
/// with PCA's error the codes are those of PCA.
///
/// samples  [N, D] float32 as the network sees them, N >= 2; up to 1,000 are looked at
/// Leaves other architectures, and a code of which some number is of no use, as they are.
void orient_code(Autoencoder& network, const torch::Tensor& samples);

}  // namespace diabolo
