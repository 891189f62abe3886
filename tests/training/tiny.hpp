#pragma once

#include <gtest/gtest.h>
#include <torch/types.h>

#include "lib/data/catalog.hpp"
#include "lib/training/fit.hpp"

namespace diabolo {

/// The first digits of the data set in the source tree.
inline Dataset digits(int64_t count) {
  static const Dataset all =
      load_data({.data = "mnist-mini", .data_dir = DIABOLO_TEST_DATA, .size = ""}, Part::kTrain);
  return all.head(count);
}

/// The same digits, black on white: the better a network knows the others, the worse it is here.
inline Dataset inverted(const Dataset& dataset) {
  Dataset result = dataset;
  result.samples = 255 - dataset.samples;
  return result;
}

inline Autoencoder tiny_network(Architecture arch = Architecture::kDense,
                                Output output = Output::kSigmoid) {
  return Autoencoder(AutoencoderOptions{
      .arch = arch, .hidden = {24}, .channels = {4, 4}, .latent = 6, .output = output});
}

/// Four steps an epoch on 256 samples; noisy and shifted, so that all that is drawn is drawn.
inline TrainerOptions tiny_training() {
  TrainerOptions options;
  options.epochs = 3;
  options.schedule = Schedule::kCosine;
  options.batch_size = 64;
  options.learning_rate = 8e-3;
  options.noise = gaussian_noise(0.1, 0.4);
  options.seed = 5;
  options.precision = Precision::kFp32;
  options.device = "cpu";
  options.threads = 1;  // Threads cost more than they bring on so little work.
  return options;
}

inline torch::Tensor weights_of(const Autoencoder& network) {
  std::vector<torch::Tensor> weights;
  for (const auto& parameter : network->parameters()) weights.push_back(parameter.flatten());
  return torch::cat(weights).detach();
}

/// All of a history but its times.
inline void expect_equal_history(const std::vector<EpochReport>& a,
                                 const std::vector<EpochReport>& b) {
  ASSERT_EQ(a.size(), b.size());
  for (size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].epoch, b[i].epoch);
    EXPECT_EQ(a[i].train_loss, b[i].train_loss) << "epoch " << a[i].epoch;
    EXPECT_EQ(a[i].validation_loss, b[i].validation_loss) << "epoch " << a[i].epoch;
    EXPECT_EQ(a[i].validation_mse, b[i].validation_mse);
    EXPECT_EQ(a[i].learning_rate, b[i].learning_rate);
    EXPECT_EQ(a[i].best, b[i].best);
  }
}

}  // namespace diabolo
