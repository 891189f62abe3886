#pragma once

#include "lib/training/named_tensors.hpp"

namespace diabolo {

// A tied decoder has the encoder's weights transposed, the last layer's in the first place. Both
// halves keep theirs, so that a model file is read as any other: gradients are summed over the two,
// and each update is the same for both.

/// Gives the decoder of a dense network the weights of its encoder. Biases are its own.
void tie_weights(const NamedTensors& parameters);

/// Makes the gradients of both halves the sum of what they are, by the same names.
void tie_gradients(const NamedTensors& gradients);

}  // namespace diabolo
