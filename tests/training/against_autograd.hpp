#pragma once

#include <gtest/gtest.h>
#include <torch/utils.h>

#include "lib/training/batches.hpp"
#include "lib/training/loss.hpp"
#include "lib/training/optimizer.hpp"
#include "lib/training/written_step.hpp"
#include "tests/training/tiny.hpp"

namespace diabolo {

inline double loss_by_autograd(Autoencoder& network, Loss loss, const Batch& batch) {
  const auto logits = network->decode_logits(network->encode(batch.input));
  const auto value = loss_of(loss, network->options().output, logits, batch.target);
  value.backward();
  return value.item<double>();
}

inline void expect_equal_gradients(const Autoencoder& found, const Autoencoder& wanted) {
  const auto found_parameters = found->named_parameters();
  for (const auto& item : wanted->named_parameters()) {
    const auto& gradient = item.value().grad();
    ASSERT_GT(gradient.abs().max().item<float>(), 0) << item.key();
    EXPECT_TRUE(torch::allclose(found_parameters[item.key()].grad(), gradient, 1e-4, 1e-6))
        << item.key();
  }
}

/// bfloat16 keeps 8 digits of a number in base 2.
inline void expect_close_in_bfloat16(Autoencoder network, Autoencoder reference, Loss loss,
                                     const Batch& batch) {
  WrittenStep step(network, loss, Precision::kBf16);
  const double wanted = loss_by_autograd(reference, loss, batch);
  EXPECT_NEAR(step.run(batch.input, batch.target), wanted, 0.02 * wanted);
  const auto gradients = step.parameters().gradients();
  EXPECT_EQ(gradients.scalar_type(), torch::kFloat32);
  const auto views = step.parameters().views(gradients);
  for (const auto& item : reference->named_parameters()) {
    const auto& gradient = item.value().grad();
    const auto distance = (views.at(item.key()) - gradient).norm() / gradient.norm();
    EXPECT_LT(distance.item<double>(), 0.05) << item.key();
  }
}

inline void expect_left_to_autograd(Autoencoder network, const Autoencoder& untrained,
                                    const Batch& batch) {
  {
    WrittenStep step(network, Loss::kMse, Precision::kFp32);
    step.run(batch.input, batch.target);
    Optimizer(step.parameters(), {}).step(0.01);
  }
  Autoencoder copy(network->options());
  const auto untrained_parameters = untrained->named_parameters();
  for (const auto& item : network->named_parameters()) {
    EXPECT_FALSE(item.value().grad().defined()) << item.key();
    EXPECT_FALSE(item.value().is_inference()) << item.key();
    EXPECT_EQ(item.value().storage().nbytes(), item.value().nbytes()) << item.key();
    EXPECT_EQ(item.value().strides(), untrained_parameters[item.key()].strides()) << item.key();
    const torch::NoGradGuard no_grad;
    copy->named_parameters()[item.key()].copy_(item.value());
  }
  EXPECT_FALSE(torch::equal(weights_of(network), weights_of(untrained)));
  EXPECT_EQ(loss_by_autograd(network, Loss::kMse, batch),
            loss_by_autograd(copy, Loss::kMse, batch));
  expect_equal_gradients(network, copy);
}

}  // namespace diabolo
