#include "lib/training/check_fit.hpp"

#include <stdexcept>

#include "lib/training/muon.hpp"

namespace diabolo {

void require_fits(const TrainerOptions& options, const AutoencoderOptions& model) {
  require_loss_fits(options.loss, model.output);
  if (options.tied && (model.arch != Architecture::kDense || model.variational)) {
    throw std::invalid_argument(
        std::string("tied: ") +
        (model.variational
             ? "a variational encoder gives twice what its decoder takes; drop one of them"
             : "convolutions keep weights of their own; give --arch dense, or drop it"));
  }
  if (options.optimizer == OptimizerKind::kMuon && !has_hidden_matrices(model)) {
    throw std::invalid_argument(
        "optimizer: muon is for the matrices between a network's first layer and its last, and "
        "this one has none; give --optimizer adamw");
  }
  const bool bends = !options.sparsity.none() || options.contractive > 0;
  if (bends && !model.decodes_alone()) {
    throw std::invalid_argument(
        std::string(options.sparsity.none() ? "contractive" : "sparsity") +
        ": what goes past the code by skip or residual needs no code; drop one of them");
  }
}

void check_fit(const AutoencoderOptions& model, const Dataset& train,
               const TrainerOptions& options) {
  options.validate();
  if (train.size() == 0) throw std::invalid_argument("no samples to train on");
  require_fits(options, model);
  if (model.sample_shape != train.sample_shape()) {
    throw std::invalid_argument("the network takes another shape of sample than the data has");
  }
}

}  // namespace diabolo
