#pragma once

#include <filesystem>
#include <string>

#include "lib/data/catalog.hpp"
#include "lib/data/pca.hpp"
#include "lib/data/table.hpp"
#include "lib/training/trainer_options.hpp"
#include "lib/training/usual.hpp"
#include "models/autoencoder.hpp"

namespace diabolo {

/// Figures of the epoch whose weights the model has.
struct TrainedMetrics {
  int64_t epoch = 0;  ///< 1-based.
  std::optional<double> validation_loss;
  std::optional<double> validation_mse;

  template <typename Self, typename Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit("epoch", "epoch whose weights were kept", self.epoch, kAnyValue);
    visit("validation_loss", "its loss on the validation samples", self.validation_loss, kAnyValue);
    visit("validation_mse", "its mean squared error per value there", self.validation_mse,
          kAnyValue);
  }
};

/// All that any later command needs: the network, the PCA of its training data at the same code
/// size (so that PCA stands beside every result even where the data are gone), and how it was
/// trained.
struct TrainedModel {
  Autoencoder network{nullptr};  ///< In evaluation mode; on the CPU once loaded.
  Pca pca;                       ///< components are not defined when the code is no smaller than
                                 ///< a sample: PCA would then be exact.
  std::shared_ptr<const Table> table;  ///< Columns and scaling; null for images.
  DataOptions data;  ///< What it was trained on; data_dir is not kept in the file.
  TrainerOptions training;
  TrainedMetrics metrics;
  Usual usual;  ///< Not known of models that are not done, or were made by the first programs.
  std::string
      sha256;  ///< The checksum in the file that it was read from, which is that file's alone.
};

/// PCA at the code size of `network`, or only its mean when the code is no smaller than a sample.
Pca fit_companion_pca(const Autoencoder& network, const Dataset& train);

/// One safetensors file: tensors "encoder.…", "decoder.…", "pca.…", "usual.…", of a table
/// "scaler.…"; all else in the metadata as JSON. Equal models give equal bytes. Written aside,
/// synced, renamed.
void save_model(const TrainedModel& model, const std::filesystem::path& path);

/// model: a model file, or a run folder with model.safetensors in it.
/// Throws std::invalid_argument when it is no model, std::runtime_error when it is damaged.
TrainedModel load_model(const std::filesystem::path& model);

}  // namespace diabolo
