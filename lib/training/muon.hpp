#pragma once

#include <torch/types.h>

#include <set>
#include <string>

#include "models/autoencoder.hpp"

namespace diabolo {

/// The names of the weights that Muon is made for: the matrices of a network but for those of its
/// first and last layers. Convolutions have none, linear layers between them have.
std::set<std::string> hidden_matrices(Autoencoder model);
/// Whether a network of these options has any.
bool has_hidden_matrices(const AutoencoderOptions& model);

/// Nearly the closest matrix with orthogonal rows or columns, whichever are fewer: singular vectors
/// stay, and singular values become about 1, within 0.5 and 1.5 unless they were tiny; by five
/// Newton-Schulz iterations (Jordan et al. 2024, "Muon").
/// matrix   [rows, columns] float32
/// type     that products are computed in: float32, or bfloat16 as torch.optim.Muon does
/// returns  [rows, columns] of this type
torch::Tensor orthogonalised(const torch::Tensor& matrix, torch::ScalarType type);

/// One update of a matrix W [out, in] by Muon, as torch.optim.Muon does it with Nesterov's
/// momentum: with G its gradient and M what it remembers,
///   M <- 0.95 M + 0.05 G;   U = 0.05 G + 0.95 M
///   W <- (1 - rate decay) W - rate max(1, out / in)^0.5 orthogonalised(U)
void muon_update(torch::Tensor weight, const torch::Tensor& gradient, torch::Tensor momentum,
                 double rate, double weight_decay, torch::ScalarType type);

}  // namespace diabolo
