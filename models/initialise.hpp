#pragma once

#include <torch/types.h>

namespace diabolo {

/// What follows a layer decides the scale of its first weights.
enum class Follows {
  kActivation,  ///< He normal, standard deviation sqrt(2 / fan_in) (He et al. 2015).
  kNothing,     ///< Glorot normal, sqrt(2 / (fan_in + fan_out)): before a code or a sigmoid.
};

/// Draws `weight` in place from `generator`.
/// fan_in, fan_out: values that one output reads, and outputs that one value reaches; > 0.
void draw_weight(torch::Tensor weight, double fan_in, double fan_out, Follows follows,
                 torch::Generator generator);

}  // namespace diabolo
