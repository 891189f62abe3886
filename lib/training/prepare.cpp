#include "lib/training/prepare.hpp"

#include "lib/data/block_split.hpp"
#include "lib/formats/messages.hpp"
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

/// The file that samples stay in while a network learns from them; nothing where they are read.
std::optional<FileRows> rows_left_in_file(const RunOptions& options) {
  constexpr int64_t kLargestWhole = int64_t{1} << 31;  // Bytes.
  const Reading reading = options.training.read;
  if (reading == Reading::kWhole) return {};
  const auto file = rows_in_file(options.data);
  if (reading == Reading::kAuto) {
    return file && file->rows > kLargestWhole / file->bytes_each ? file : std::nullopt;
  }
  if (file) return file;
  throw std::invalid_argument(
      "read: '" + options.data.data +
      "' is no NPY or IDX file without compression, which alone can be read "
      "in blocks; leave it out");
}

/// What is held in memory.
struct Loaded {
  Dataset dataset;
  int64_t samples = 0;               ///< Also those that stay in their file.
  std::optional<BlockSplit> blocks;  ///< Of that file.
};

Loaded look_into(const FileRows& file, const RunOptions& options) {
  if (options.data.missing == Missing::kDrop) {
    throw std::invalid_argument(
        "missing: rows of '" + options.data.data +
        "' are not left out while they stay in their file; give --missing mean, or --read whole");
  }
  const TrainerOptions& training = options.training;
  const double share = training.validation_share(file.rows, is_table(options.data));
  const auto blocks = split_blocks(file, share, static_cast<uint64_t>(training.seed));
  Loaded loaded{
      .dataset = load_rows(options.data, blocks.looked_at), .samples = file.rows, .blocks = blocks};
  loaded.dataset.notices.push_back(
      "the " + formats::grouped(static_cast<uint64_t>(file.rows)) +
      " samples stay in their file, which is read in blocks; scaling, PCA and pictures are of " +
      formats::grouped(blocks.indices.train.size()) + " of them");
  return loaded;
}

Loaded load(const RunOptions& options) {
  if (const auto file = rows_left_in_file(options)) return look_into(*file, options);
  Loaded loaded{.dataset = load_data(options.data, Part::kTrain), .samples = 0, .blocks = {}};
  loaded.samples = loaded.dataset.size();
  return loaded;
}

}  // namespace

PreparedData prepare_data(RunOptions& options) {
  PreparedData data;
  Loaded loaded = load(options);
  const bool table = loaded.dataset.table != nullptr;
  data.notices = loaded.dataset.notices;
  if (table) require_for_tables(options);
  options.model.sample_shape = loaded.dataset.sample_shape();
  options.model.validate();
  data.hash = data_hash(loaded.dataset);
  TrainerOptions& training = options.training;
  training.validation = training.validation_share(loaded.samples, table);
  data.split = loaded.blocks ? split_in_place(std::move(loaded.dataset), loaded.blocks->indices)
                             : split_in_place(std::move(loaded.dataset), *training.validation,
                                              static_cast<uint64_t>(training.seed));
  if (table) scale_table(data, options.data.scale);
  if (loaded.blocks) {
    data.split.train.stored = std::make_shared<StoredPart>(
        StoredPart{open_stored(options.data, data.table), std::move(loaded.blocks->train)});
  }
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
