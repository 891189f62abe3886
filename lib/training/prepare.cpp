#include "lib/training/prepare.hpp"

#include "lib/training/find_usual.hpp"
#include "lib/training/orient_code.hpp"

namespace diabolo {
namespace {

/// Fits the scaler of a table to its training rows, and scales all.
void scale_table(PreparedData& data, Scale scale) {
  auto table = std::make_shared<Table>(*data.split.train.table);
  fit_scaler(*table, scale, data.split.train.samples);
  for (Dataset* part : {&data.split.train, &data.split.validation}) {
    if (part->size() > 0) {
      part->filled = empty_cells(part->samples);
      scale_rows(*table, part->samples);
    }
    part->table = table;
  }
  data.table = table;
}

void require_for_tables(const RunOptions& options) {
  require_for_tables(options.training.noise);
  if (!options.training.augment) return;
  throw std::invalid_argument("augment: images are turned, and '" + options.data.data +
                              "' is a table; leave it out");
}

}  // namespace

PreparedData prepare_data(RunOptions& options) {
  PreparedData data;
  Dataset loaded = load_data(options.data, Part::kTrain);
  data.notices = loaded.notices;
  if (loaded.table) require_for_tables(options);
  options.model.sample_shape = loaded.sample_shape();
  options.model.validate();
  data.hash = data_hash(loaded);
  TrainerOptions& training = options.training;
  training.validation = training.validation_share(loaded.size(), loaded.table != nullptr);
  data.split =
      split_in_place(std::move(loaded), *training.validation, static_cast<uint64_t>(training.seed));
  if (data.split.train.table) scale_table(data, options.data.scale);
  return data;
}

TrainedModel new_model(const RunOptions& options, const PreparedData& data) {
  TrainedModel model;
  model.network = Autoencoder(options.model);
  model.pca = fit_companion_pca(model.network, data.split.train);
  model.table = data.table;
  model.data = options.data;
  model.training = options.training;
  return model;
}

void finish_model(TrainedModel& model, const PreparedData& data) {
  model.network->to(torch::kCPU);
  // A variational code has axes of its own, along which its numbers are independent; tied weights
  // would no longer be each other's transposed.
  const bool free = !model.network->options().variational && !model.training.tied;
  if (model.table && free) orient_code(model.network, data.split.train.samples);
  // What goes past a code is rebuilt whatever it is, so that nothing is usual to such a network.
  if (!model.network->options().decodes_alone()) return;
  model.usual = find_usual(model, data.split.train, data.split.validation);
}

TrainedModel train_model(const RunOptions& options, const PreparedData& data,
                         const FitCallbacks& callbacks) {
  TrainedModel model = new_model(options, data);
  fit(model.network, data.split.train, data.split.validation, options.training, callbacks);
  finish_model(model, data);
  return model;
}

}  // namespace diabolo
