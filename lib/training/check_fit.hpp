#pragma once

#include "lib/data/dataset.hpp"
#include "lib/training/trainer_options.hpp"

namespace diabolo {

/// Throws std::invalid_argument for options of training that the network cannot follow: a loss that
/// needs another output; `tied` where it is not dense, or is variational, whose encoder gives twice
/// what the decoder takes; Muon without matrices for it; sparsity and contraction of a code that
/// something goes past.
void require_fits(const TrainerOptions& options, const AutoencoderOptions& model);

/// The same, and for options that are wrong in themselves, no data, and data of another shape.
void check_fit(const AutoencoderOptions& model, const Dataset& train,
               const TrainerOptions& options);

}  // namespace diabolo
