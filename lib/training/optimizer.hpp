#pragma once

#include <torch/types.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/field.hpp"

namespace diabolo {

enum class OptimizerKind {
  kAdam,   ///< Kingma & Ba 2015; weight decay is added to the gradient.
  kAdamW,  ///< Loshchilov & Hutter 2019; weight decay apart from the gradient.
  kSgd,    ///< With momentum 0.9.
};
template <>
inline constexpr auto kEnumNames<OptimizerKind> =
    std::array{std::pair{OptimizerKind::kAdam, "adam"}, std::pair{OptimizerKind::kAdamW, "adamw"},
               std::pair{OptimizerKind::kSgd, "sgd"}};

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::kAdamW;
  double beta1 = 0.9;
  double beta2 = 0.99;
  double epsilon = 1e-8;
  double weight_decay = 0.05;  ///< On weights of two dimensions or more; biases are left alone.
};

using NamedTensors = std::map<std::string, torch::Tensor>;

/// Updates parameters in place by one fused call a step and group. LibTorch's own optim::Adam is
/// a chain of small operations per parameter, several times slower on small networks.
class Optimizer {
 public:
  /// parameters  name -> leaf tensor with a gradient after each backward pass
  Optimizer(const NamedTensors& parameters, const OptimizerOptions& options);

  /// One update from the gradients, which are then dropped. Throws std::logic_error when a
  /// parameter has no gradient.
  void step(double learning_rate);

  /// Moments and step counts by name, shared with this object, to save and to restore.
  NamedTensors state() const;
  /// Throws std::runtime_error when a tensor is missing or has another shape.
  void load_state(const NamedTensors& state);

 private:
  struct Group {
    double weight_decay = 0.0;
    std::vector<std::string> names;
    std::vector<torch::Tensor> parameters, first_moments, second_moments, steps;
  };
  void step_group(Group& group, double learning_rate);

  OptimizerOptions options_;
  std::vector<Group> groups_;
};

}  // namespace diabolo
