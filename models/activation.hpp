#pragma once

#include <torch/nn/modules/container/any.h>

#include "models/options.hpp"

namespace diabolo {

/// A parameterless module that applies `activation` to tensors of any shape.
torch::nn::AnyModule make_activation(Activation activation);

}  // namespace diabolo
