#pragma once

#include "lib/training/trained_model.hpp"

namespace diabolo {

/// The negative evidence lower bound of a variational network (Kingma & Welling 2014), in nats a
/// sample: what a sample costs to write down by way of its code, at most.
struct NegativeElbo {
  double reconstruction = 0;  ///< The training's loss of what drawn codes are decoded to, summed
                              ///< over values: of cross-entropy -log p(x | z).
  double divergence = 0;      ///< kl_divergence(), with the weight 1 whatever beta was.
  double total() const { return reconstruction + divergence; }
};

/// Mean over the samples, one code drawn for each, by a fixed seed. Cells of a table that were
/// empty count in no reconstruction.
NegativeElbo negative_elbo(const TrainedModel& model, const Dataset& dataset);

}  // namespace diabolo
