#include <gtest/gtest.h>
#include <torch/utils.h>

#include "lib/training/flat_parameters.hpp"
#include "lib/training/optimizer.hpp"

namespace diabolo {
namespace {

/// [1, 2, 2, 2] that lies as [1, 2, 2, 2 channels].
torch::Tensor conv_weight() {
  return torch::arange(8.0F).view({1, 2, 2, 2}).contiguous(torch::MemoryFormat::ChannelsLast);
}

NamedTensors some_parameters() {
  NamedTensors parameters = {{"a.bias", torch::arange(3.0F)},
                             {"a.weight", torch::arange(12.0F).view({3, 4})},
                             {"b.weight", torch::arange(5.0F).view({5, 1})},
                             {"c.weight", conv_weight()}};
  for (auto& [name, tensor] : parameters) tensor.requires_grad_();
  return parameters;
}

/// Leaves gradients that differ between parameters and steps.
void fill_gradients(const NamedTensors& parameters) {
  for (const auto& [name, tensor] : parameters) (tensor - 0.3).pow(2).sum().backward();
}

TEST(FlatParameters, LieInOnePieceWeightsFirst) {
  const NamedTensors parameters = some_parameters();
  const FlatParameters flat(parameters);
  EXPECT_EQ(flat.weights(), 25);
  const auto in_memory = conv_weight().permute({0, 2, 3, 1}).flatten();
  const auto wanted =
      torch::cat({torch::arange(12.0F), torch::arange(5.0F), in_memory, torch::arange(3.0F)});
  EXPECT_TRUE(torch::equal(flat.values(), wanted));
  for (const auto& [name, tensor] : parameters) {
    EXPECT_TRUE(torch::equal(tensor, some_parameters().at(name))) << name;
    EXPECT_EQ(tensor.strides(), some_parameters().at(name).strides()) << name;
    EXPECT_TRUE(tensor.is_leaf() && tensor.requires_grad()) << name;
  }
}

TEST(FlatParameters, ShareValuesAndGradientsWithTheNetwork) {
  const NamedTensors parameters = some_parameters();
  const FlatParameters flat(parameters);
  flat.values().fill_(2);
  fill_gradients(parameters);
  for (const auto& [name, tensor] : parameters) {
    EXPECT_TRUE(tensor.eq(2).all().item<bool>()) << name;
  }
  EXPECT_TRUE(torch::allclose(flat.gradients(), torch::full({28}, 3.4)));
}

TEST(FlatParameters, AreUpdatedAsOneByOneAndNamedAlike) {
  for (const auto& [kind, kind_name] : kEnumNames<OptimizerKind>) {
    const OptimizerOptions options{.kind = kind, .weight_decay = 0.3};
    const NamedTensors single = some_parameters();
    const NamedTensors together = some_parameters();
    const FlatParameters flat(together);
    Optimizer reference(single, options);
    Optimizer optimizer(flat, options);
    for (int step = 0; step < 5; ++step) {
      fill_gradients(single);
      reference.step(0.1);
      flat.gradients().zero_();
      fill_gradients(together);
      optimizer.step(0.1);
    }
    ASSERT_EQ(optimizer.state().size(), reference.state().size());
    for (const auto& [name, tensor] : reference.state()) {
      EXPECT_TRUE(torch::allclose(optimizer.state().at(name), tensor)) << name;
    }
    for (const auto& [name, tensor] : single) {
      EXPECT_TRUE(torch::allclose(together.at(name), tensor)) << name << " " << kind_name;
      EXPECT_FALSE(torch::allclose(tensor, some_parameters().at(name))) << name;
    }
  }
}

TEST(FlatParameters, GoOnFromTheStateOfAnOptimizerOfSingleOnes) {
  const NamedTensors single = some_parameters();
  Optimizer first(single, {});
  fill_gradients(single);
  first.step(0.1);
  const NamedTensors together = some_parameters();
  const FlatParameters flat(together);
  Optimizer second(flat, {});
  second.load_state(first.state());
  for (const auto& [name, tensor] : first.state()) {
    EXPECT_TRUE(torch::equal(second.state().at(name), tensor)) << name;
  }
}

}  // namespace
}  // namespace diabolo
