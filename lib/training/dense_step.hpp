#pragma once

#include <torch/types.h>

#include <map>
#include <optional>
#include <vector>

#include "lib/training/flat_parameters.hpp"
#include "lib/training/loss.hpp"
#include "lib/training/precision.hpp"
#include "models/autoencoder.hpp"

namespace diabolo {

/// One training step of a dense autoencoder, forward and backward, written out: some thirty calls
/// into memory that is there already. On small networks autograd's bookkeeping costs several times
/// the arithmetic.
///
///   z_i = x_i W_i^T + b_i,   x_{i+1} = f_i(z_i),   i = 0 … L-1
///   G_i = dL/dz_i:   dL/dW_i = G_i^T x_i,   dL/db_i = G_i^T 1,
///                    G_{i-1} = (G_i W_i) * f'_{i-1}(z_{i-1})
///
/// In bfloat16 all of these but the loss and the parameters are bfloat16, what is between them is
/// computed in float32: weights are
/// cast once a step, and so are gradients, back to float32 (mixed precision: Micikevicius et al.
/// 2018; bfloat16 needs no scaling of the loss).
class DenseStep {
 public:
  /// Dense, on the CPU.
  static bool can(const Autoencoder& model, const torch::Device& device);

  /// Takes over where the parameters of `model` lie until it is destroyed: see FlatParameters.
  /// Throws std::logic_error when the network has layers that are not dense.
  DenseStep(Autoencoder& model, Loss loss, Precision precision);

  /// input    [N, ...] float32, N > 0, as many values a sample as the network takes
  /// target   [N, ...] float32, of the same size
  /// returns  the mean loss of the batch, as loss_of() defines it; the gradients are left in
  ///          parameters(), multiplied by `weight`, in place of those of the step before
  double run(const torch::Tensor& input, const torch::Tensor& target, double weight = 1);

  const FlatParameters& parameters() const { return parameters_; }

 private:
  struct DenseLayer {
    torch::Tensor weight, weight_transposed, bias;  ///< W [out, in], W^T, b [out].
    torch::Tensor weight_gradient, bias_gradient;
    std::optional<Activation> activation;  ///< f; none on the code and the logits.
  };
  /// What a pass of N samples leaves of one layer.
  struct LayerRows {
    torch::Tensor sum, value;                     ///< z and f(z) [N, out]; one tensor without f.
    torch::Tensor gradient, gradient_transposed;  ///< G [N, out] and G^T.
  };
  struct Rows {
    std::vector<LayerRows> layers;
    torch::Tensor input;  ///< [N, D] bfloat16; not used in float32.
  };

  Rows make_rows(int64_t count) const;
  void forward(const torch::Tensor& x, Rows& rows) const;
  void backward(const torch::Tensor& x, Rows& rows);

  bool is_bf16() const { return values_.scalar_type() != torch::kFloat32; }

  /// out = a b, by whichever code is faster here.
  void product(const torch::Tensor& a, const torch::Tensor& b, torch::Tensor& out) const;

  FlatParameters parameters_;
  torch::Tensor values_, gradients_;  ///< What is computed with: the parameters, or as bfloat16.
  bool by_hand_;                      ///< Products by matrix_product.hpp, not by LibTorch.
  Loss loss_;
  Output output_;
  std::vector<DenseLayer> layers_;
  std::map<int64_t, Rows> rows_;  ///< By N: a whole batch, and the last of an epoch.
};

}  // namespace diabolo
