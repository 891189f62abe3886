#pragma once

#include <gmock/gmock.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "lib/training/find_usual.hpp"
#include "lib/training/tensor_file.hpp"
#include "lib/training/trained_model.hpp"
#include "tests/data/samples.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {

inline constexpr uint64_t kSmallFile = 1 << 20;  ///< Bytes, at most.

inline Dataset small_images() { return dataset_of(noisy_bytes({20, 1, 3, 3})); }

inline TrainedModel small_model(Architecture arch = Architecture::kDense, int64_t latent = 2) {
  TrainedModel model;
  model.network = Autoencoder(AutoencoderOptions{
      .arch = arch, .hidden = {4}, .channels = {2}, .latent = latent, .sample_shape = {1, 3, 3}});
  model.network->initialise(3, mean_sample(small_images()));
  model.network->eval();
  model.pca = fit_companion_pca(model.network, small_images());
  model.data = {.data = "digits", .data_dir = "/home/someone", .size = "3x3"};
  model.training.epochs = 4;
  model.metrics = {.epoch = 3, .validation_loss = 0.25, .validation_mse = 1.0 / 3};
  model.usual = find_usual(model, small_images(), small_images().head(5));
  return model;
}

/// Same outputs to the bit, and the same words about them.
inline bool equal(const TrainedModel& a, const TrainedModel& b) {
  const auto x = to_unit(small_images().samples);
  Autoencoder left = a.network;
  Autoencoder right = b.network;
  return torch::equal(left->forward(x), right->forward(x)) &&
         torch::equal(a.pca.reconstruct(x), b.pca.reconstruct(x)) &&
         a.network->options().latent == b.network->options().latent && a.data.data == b.data.data &&
         a.training.epochs == b.training.epochs && a.training.noise == b.training.noise &&
         a.metrics.validation_loss == b.metrics.validation_loss;
}

/// The file of a small model after `change`, written again with a checksum that is right.
template <typename Change>
void write_changed(const std::filesystem::path& path, const Change& change) {
  save_model(small_model(), path);
  TensorFile file = read_tensor_file(path);
  change(file);
  write_tensor_file(path, file);
}

/// Throws an Error that names the file and says `part`.
template <typename Error, typename Change>
void expect_refused(const Change& change, const std::string& part) {
  const formats::TemporaryFolder folder;
  write_changed(folder / "m.safetensors", change);
  EXPECT_THAT([&] { load_model(folder / "m.safetensors"); },
              testing::ThrowsMessage<Error>(
                  testing::AllOf(testing::HasSubstr("m.safetensors"), testing::HasSubstr(part))))
      << part;
}

}  // namespace diabolo
