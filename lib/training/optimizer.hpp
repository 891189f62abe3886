#pragma once

#include <torch/types.h>

#include <set>
#include <string>
#include <vector>

#include "lib/training/distributed/group.hpp"
#include "lib/training/flat_parameters.hpp"
#include "models/field.hpp"

namespace diabolo {

enum class OptimizerKind {
  kAdam,   ///< Kingma & Ba 2015; weight decay is added to the gradient.
  kAdamW,  ///< Loshchilov & Hutter 2019; weight decay apart from the gradient.
  kSgd,    ///< With momentum 0.9.
  kMuon,   ///< Of matrices between the first layer and the last (muon.hpp); AdamW of the others.
};
template <>
inline constexpr auto kEnumNames<OptimizerKind> =
    std::array{std::pair{OptimizerKind::kAdam, "adam"}, std::pair{OptimizerKind::kAdamW, "adamw"},
               std::pair{OptimizerKind::kSgd, "sgd"}, std::pair{OptimizerKind::kMuon, "muon"}};

struct OptimizerOptions {
  OptimizerKind kind = OptimizerKind::kAdamW;
  double beta1 = 0.9;
  double beta2 = 0.99;
  double epsilon = 1e-8;
  double weight_decay = 0.05;  ///< On weights of two dimensions or more; biases are left alone.
  std::set<std::string> by_muon = {};  ///< With kMuon, what it updates; see hidden_matrices().
  torch::ScalarType muon_type = torch::kFloat32;  ///< Of its products.
};

/// Updates parameters in place by one fused call a step and group. LibTorch's own optim::Adam is
/// a chain of small operations per parameter, several times slower on small networks.
class Optimizer {
 public:
  /// parameters  name -> leaf tensor with a gradient after each backward pass; step() drops it;
  ///             at least one
  Optimizer(const NamedTensors& parameters, const OptimizerOptions& options);
  /// The same in two calls over all parameters (Muon: one a matrix, and two); the gradients stay
  /// where they are. With a share, step() updates that part of `parameters.values()` and of
  /// flat_moments() alone; Muon knows no shares.
  Optimizer(const FlatParameters& parameters, const OptimizerOptions& options, Share share = {});

  /// One update from the gradients. Throws std::logic_error when a parameter has none.
  void step(double learning_rate);

  /// Moments and step counts by name, shared with this object, to save and to restore.
  const NamedTensors& state() const { return state_; }
  /// The moments of all parameters, [n] each, of which state() has views; none without
  /// FlatParameters.
  const std::vector<torch::Tensor>& flat_moments() const { return flat_moments_; }
  /// Throws std::runtime_error when a tensor is missing or has another shape.
  void load_state(const NamedTensors& state);

 private:
  using Tensors = std::vector<torch::Tensor>;
  struct Group {
    OptimizerKind kind = OptimizerKind::kAdamW;
    double weight_decay = 0.0;
    Tensors parameters;
    Tensors gradients;  ///< Those that stay; empty when they are taken from the parameters.
    Tensors first_moments, second_moments, steps;
  };
  Optimizer(const OptimizerOptions& options, const torch::Tensor& like);
  Group& group_of(const std::string& name, const torch::Tensor& parameter);
  void add(Group& group, const torch::Tensor& parameter, const torch::Tensor& first,
           const torch::Tensor& second) const;
  void name_state(const NamedTensors& first, const NamedTensors& second);
  void step_group(const Group& group, const Tensors& gradients, double learning_rate) const;

  OptimizerOptions options_;
  std::vector<Group> groups_;  ///< With weight decay, without, by Muon.
  torch::Tensor step_count_;   ///< [] float32, which all parameters share.
  torch::Tensor one_;          ///< To add: a plain number would be made a tensor at each step.
  NamedTensors state_;
  Tensors flat_moments_;
};

}  // namespace diabolo
