#pragma once

#include "lib/training/batches.hpp"
#include "lib/training/distributed/group.hpp"
#include "lib/training/objective.hpp"
#include "models/autoencoder.hpp"

namespace diabolo {

/// Means over the values of validation samples, but for cells of a table that were empty.
struct ValidationErrors {
  double loss = 0;
  double mse = 0;  ///< Per value, against clean samples.
};

/// Each rank takes its share of the samples; all get the same errors. The loss is the objective's
/// but for sparsity and contraction; the MSE of a variational network that of the means of its
/// codes.
ValidationErrors validate(Autoencoder& model, const Batches& samples, const TrainerOptions& options,
                          Group& group);

}  // namespace diabolo
