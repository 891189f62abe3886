#pragma once

#include <vector>

#include "lib/training/step_layer.hpp"
#include "models/autoencoder.hpp"

namespace diabolo {

/// The layers of a network in order, parameters as views of `values` [n] and `gradients` [n], at
/// the places where those of the network lie in their own memory. Throws std::logic_error for
/// layers that no step is written for.
std::vector<StepLayer> step_layers(Autoencoder& model, const torch::Tensor& values,
                                   const torch::Tensor& gradients);

}  // namespace diabolo
