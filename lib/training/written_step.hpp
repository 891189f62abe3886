#pragma once

#include <torch/types.h>

#include <map>
#include <vector>

#include "lib/training/flat_parameters.hpp"
#include "lib/training/loss.hpp"
#include "lib/training/precision.hpp"
#include "lib/training/step_layers.hpp"

namespace diabolo {

/// One training step, forward and backward, written out: some thirty calls into memory that is
/// there already. On small networks autograd's bookkeeping costs several times the arithmetic.
///
///   z_i = x_i W_i^T + b_i,   x_{i+1} = f_i(z_i),   i = 0 … L-1
///   G_i = dL/dz_i:   dL/dW_i = G_i^T x_i,   dL/db_i = G_i^T 1,
///                    G_{i-1} = (G_i W_i) * f'_{i-1}(z_{i-1})
///
/// Convolutions are the same of what their windows see (unfold.hpp). In bfloat16 all of these but
/// the loss and the parameters are rounded to bfloat16: weights are cast once a step, and so are
/// gradients, back to float32 (mixed precision: Micikevicius et al. 2018; bfloat16 needs no scaling
/// of the loss).
class WrittenStep {
 public:
  /// On the CPU: dense networks; where multiplies_faster(), convolutional ones without residual
  /// blocks, skips and residual output, on a few threads, since the weights of their convolutions
  /// have few tiles for more. Elsewhere LibTorch's convolutions are left alone.
  static bool can(const Autoencoder& model, const torch::Device& device, Precision precision);

  /// Takes over where the parameters of `model` lie until it is destroyed: see FlatParameters.
  /// Throws std::logic_error when the network has layers that no step is written for.
  /// most_windows  as LayerStep's; so many stay in the caches
  WrittenStep(Autoencoder& model, Loss loss, Precision precision,
              int64_t most_windows = int64_t{1} << 19);

  /// input    [N, ...] float32, N > 0, as many values a sample as the network takes; [N, C, H, W]
  ///          for convolutions
  /// target   [N, ...] float32, of the same size
  /// returns  the mean loss of the batch, as loss_of() defines it; the gradients are left in
  ///          parameters(), multiplied by `weight`, in place of those of the step before
  double run(const torch::Tensor& input, const torch::Tensor& target, double weight = 1);

  const FlatParameters& parameters() const { return parameters_; }

 private:
  struct Rows {
    std::vector<LayerRows> layers;
    torch::Tensor input;  ///< In bfloat16; not used in float32.
  };

  torch::Tensor in_rows(const torch::Tensor& samples) const;
  Rows make_rows(int64_t count) const;
  void forward(const torch::Tensor& x, Rows& rows);
  void backward(const torch::Tensor& x, Rows& rows);

  bool is_bf16() const { return values_.scalar_type() != torch::kFloat32; }

  FlatParameters parameters_;
  torch::Tensor values_, gradients_;  ///< What is computed with: the parameters, or as bfloat16.
  LayerStep layer_step_;
  Loss loss_;
  Output output_;
  bool has_maps_;  ///< Samples are maps, not vectors.
  std::vector<int64_t> sample_shape_;
  std::vector<StepLayer> layers_;
  std::map<int64_t, Rows> rows_;  ///< By N: a whole batch, and the last of an epoch.
};

}  // namespace diabolo
