#pragma once

#include <memory>
#include <string>

#include "lib/data/split.hpp"
#include "lib/training/run_folder.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo {

/// The data of a run, ready to train on.
struct PreparedData {
  Split split;                         ///< Of a table scaled, by its training rows alone.
  std::shared_ptr<const Table> table;  ///< With its scaler; null for images.
  std::string hash;                    ///< Of the data as they were read.
  std::vector<std::string> notices;    ///< What a person should know of them.
};

/// Loads the training part of the data and sets some apart. What only the data tell is written to
/// `options`: the shape of a sample, and the share that was set apart.
/// Throws as load_data() and AutoencoderOptions::validate().
PreparedData prepare_data(RunOptions& options);

/// A network that is not trained yet, with the PCA of the training samples beside it.
TrainedModel new_model(const RunOptions& options, const PreparedData& data);

/// What is done to a network once it is trained: the code of a table is oriented, and what is usual
/// is noted.
void finish_model(TrainedModel& model, const PreparedData& data);

/// Trains one from the start, quietly. `options` as prepare_data() left them.
TrainedModel train_model(const RunOptions& options, const PreparedData& data,
                         const FitCallbacks& callbacks = {});

}  // namespace diabolo
