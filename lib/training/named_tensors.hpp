#pragma once

#include <torch/types.h>

#include <map>
#include <string>

#include "models/autoencoder.hpp"

namespace diabolo {

using NamedTensors = std::map<std::string, torch::Tensor>;

/// "encoder.layers.0.weight" and so on; shared with the network.
NamedTensors named_parameters(const Autoencoder& model);

/// The same values in memory of their own, detached from autograd.
NamedTensors copies(const NamedTensors& tensors);

/// The tensors whose names begin with `prefix`, without it; shared, not copied.
NamedTensors with_prefix(const NamedTensors& tensors, const std::string& prefix);

/// Adds `from` to `to`, each name behind `prefix`; shared, detached from autograd.
void add_with_prefix(NamedTensors& to, const std::string& prefix, const NamedTensors& from);

/// Copies each tensor of `from` into the one of that name in `to`.
/// Throws std::runtime_error naming `what` and the tensor if one is missing or of another shape.
void assign_tensors(const NamedTensors& to, const NamedTensors& from, const std::string& what);

}  // namespace diabolo
