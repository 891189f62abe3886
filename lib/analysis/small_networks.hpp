#pragma once

#include <torch/types.h>

namespace diabolo {

/// Many small networks with the same inputs, of which each is blind to some: one hidden layer of 32
/// SiLU units and one number each. They are trained together, as one product of matrices.
class SmallNetworks {
 public:
  /// Fits network t to wanted[:, t], squared error, by AdamW with a cosine schedule. Each keeps the
  /// weights of the epoch that was best on a seventh of the rows, or answers 0 where none was
  /// better than that.
  /// x       [N, V] float32, each of mean 0 and deviation 1
  /// wanted  [N, T] float32
  /// sees    [V, T] float32, 1 where network t sees value v, else 0
  SmallNetworks(const torch::Tensor& x, const torch::Tensor& wanted, const torch::Tensor& sees);

  /// x [N, V] float32; returns [N, T], or only those of `which` int64 [n]: [N, n]
  torch::Tensor operator()(const torch::Tensor& x, const torch::Tensor& which = {}) const;

 private:
  struct Weights {
    torch::Tensor in, in_bias;    ///< [V, T, H], [T, H]
    torch::Tensor out, out_bias;  ///< [T, H], [T]
  };
  void train(const torch::Tensor& x, const torch::Tensor& wanted, const torch::Tensor& held_x,
             const torch::Tensor& held);
  void keep(const torch::Tensor& better);
  static torch::Tensor answer(const Weights& weights, const torch::Tensor& x);

  torch::Tensor sees_;  ///< [V, T, 1]
  Weights now_, best_;
};

}  // namespace diabolo
