#pragma once

#include "lib/training/batches.hpp"
#include "lib/training/trainer_options.hpp"
#include "models/autoencoder.hpp"

namespace diabolo {

/// What training makes small: the loss of a batch, and what the options add to it. With D values in
/// a sample and K numbers in a code z:
///   variational   the loss of what z = mean + exp(log_variance / 2) draw is decoded to, plus
///                 beta / D times kl_divergence(): the negative ELBO over D where the loss is
///                 cross-entropy and beta is 1 (Kingma & Welling 2014; Higgins et al. 2017)
///   sparsity      + sparsity_penalty()
///   contractive   + contractive * contractive_penalty()
/// Validation leaves the last two out, since they judge no reconstruction.
class Objective {
 public:
  explicit Objective(const TrainerOptions& options) : options_(options) {}

  /// The loss alone, of the network's own logits.
  bool is_plain(const AutoencoderOptions& model) const;
  /// Numbers that batches have to draw for each sample: Batch::draws.
  int64_t draws(const AutoencoderOptions& model) const;

  /// returns [] float32, with autograd's graph
  torch::Tensor of(Autoencoder& model, const Batch& batch) const;

 private:
  TrainerOptions options_;
};

/// What a variational network makes of samples: its distribution, a code drawn from it, and the
/// logits that this code is decoded to.
/// draws  [N, K] float32, standard normal
struct DrawnCode {
  CodeDistribution distribution;
  torch::Tensor logits;
};
DrawnCode draw_code(Autoencoder& model, const torch::Tensor& x, const torch::Tensor& draws);

/// From the standard normal distribution, in nats a sample:
///   1/2 sum_j mean_j^2 + variance_j - 1 - log variance_j
/// returns [N] float32
torch::Tensor kl_divergence(const CodeDistribution& distribution);

/// The mean over samples of the squared Frobenius norm of J [K, D], the derivative of a code by
/// its sample (Rifai et al. 2011), as |J^T v|^2 for one v of signs a sample, whose mean it is
/// (Hutchinson 1990).
/// codes  [N, ...], made of x [N, ...] with autograd's graph; signs [N, K] of -1 and 1
/// returns [] float32, with autograd's graph
torch::Tensor contractive_penalty(const torch::Tensor& codes, const torch::Tensor& x,
                                  const torch::Tensor& signs);

}  // namespace diabolo
