#include "models/initialise.hpp"

#include <torch/utils.h>

#include <cmath>

namespace diabolo {

void draw_weight(torch::Tensor weight, double fan_in, double fan_out, Follows follows,
                 torch::Generator generator) {
  const double variance = follows == Follows::kActivation ? 2.0 / fan_in : 2.0 / (fan_in + fan_out);
  const torch::NoGradGuard no_grad;
  // Drawn in one memory order whatever the layout, so that a layout never changes the numbers.
  const auto drawn = torch::empty(weight.sizes(), weight.options());
  weight.copy_(drawn.normal_(0.0, std::sqrt(variance), std::move(generator)));
}

}  // namespace diabolo
