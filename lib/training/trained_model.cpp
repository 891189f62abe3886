#include "lib/training/trained_model.hpp"

#include <torch/utils.h>

#include <stdexcept>

#include "lib/data/table_source.hpp"
#include "lib/formats/messages.hpp"
#include "lib/training/later_fields.hpp"
#include "lib/training/table_json.hpp"
#include "lib/training/tensor_file.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "diabolo autoencoder";
constexpr const char* kVersion = "1";
constexpr const char* kImageScale = "pixel / 255";
constexpr const char* kTableScale = "(value - scaler.shift) / scaler.scale";

NamedTensors parameters_of(const Autoencoder& network) {
  NamedTensors named;
  for (const auto& item : network->named_parameters()) named[item.key()] = item.value();
  return named;
}

/// The shape of a sample is known from the data, so it is no field of AutoencoderOptions.
std::string sample_json(const TrainedModel& model) {
  const bool table = model.table != nullptr;
  return to_json({{"kind", "", std::string(table ? "table" : "image")},
                  {"shape", "", model.network->options().sample_shape},
                  {"scale", "", std::string(table ? kTableScale : kImageScale)}});
}

const std::string& find_text(const Metadata& metadata, const std::string& key,
                             const std::string& file) {
  const auto found = metadata.find(key);
  if (found == metadata.end())
    throw std::runtime_error(file + ": lacks the metadata '" + key + "'");
  return found->second;
}

/// Reads the JSON object `key` into `options`; a field that this version does not know is an
/// error, since it may change what the numbers mean.
template <typename Options>
void read_options(const Metadata& metadata, const std::string& key, const std::string& file,
                  Options& options) {
  const std::string where = file + ": " + key;
  ConfigTexts texts = read_json(find_text(metadata, key, file), where);
  try {
    take_fields(texts, options, file);
    check_rules(options);
  } catch (const std::invalid_argument& error) {
    const std::string message = error.what();
    throw std::runtime_error(message.starts_with(file) ? message : where + ": " + message);
  }
  if (texts.empty()) return;
  throw std::runtime_error(where + ": holds '" + texts.begin()->first +
                           "', which this version does not know");
}

/// The architecture with the shape of its samples, checked as a whole.
AutoencoderOptions read_architecture(const Metadata& metadata, const std::string& file) {
  AutoencoderOptions architecture;
  read_options(metadata, "architecture", file, architecture);
  ConfigTexts sample = read_json(find_text(metadata, "sample", file), file + ": sample");
  const bool table = sample["kind"] == "table" && sample["scale"] == kTableScale;
  const bool image = sample["kind"] == "image" && sample["scale"] == kImageScale;
  if (!table && !image) {
    throw std::runtime_error(file + ": is for samples of a kind that this version does not know");
  }
  try {
    from_text(sample["shape"], architecture.sample_shape);
    architecture.validate();
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(file + ": " + error.what());
  }
  if (architecture.sample_shape.size() == (table ? 1 : 3)) return architecture;
  throw std::runtime_error(file + ": its samples have the shape " +
                           shape_text(architecture.sample_shape) + ", which no " +
                           (table ? "row of a table" : "image") + " has");
}

void require_our_format(const Metadata& metadata, const std::string& file) {
  const auto format = metadata.find("format");
  if (format == metadata.end() || format->second != kFormat) {
    throw std::invalid_argument("'" + file + "' is a safetensors file, but no diabolo model");
  }
  const std::string& version = find_text(metadata, "format_version", file);
  if (version != kVersion) {
    throw std::runtime_error("'" + file + "' has format version " + version +
                             "; this program reads version " + kVersion);
  }
}

void require_pca_fits(const Pca& pca, int64_t values, const std::string& file) {
  const bool mean_fits = pca.mean.defined() && pca.mean.sizes() == torch::IntArrayRef{values};
  const bool fits =
      !pca.defined() || (pca.components.dim() == 2 && pca.components.size(1) == values);
  const bool share_fits =
      !pca.share.defined() ||
      (pca.defined() && pca.share.sizes() == torch::IntArrayRef{pca.components.size(0)});
  if (!mean_fits || !fits || !share_fits)
    throw std::runtime_error(file + ": its PCA has another size");
}

/// Throws before memory is taken for a network larger than the file that claims to hold it.
void require_room_for(const AutoencoderOptions& architecture, const NamedTensors& tensors,
                      const std::string& file) {
  const bool dense = architecture.arch == Architecture::kDense;
  std::vector<int64_t> widths = dense ? architecture.hidden : architecture.channels;
  const auto& shape = architecture.sample_shape;
  widths.insert(widths.begin(), dense ? values_in(shape) : shape[0]);
  widths.push_back(architecture.latent);
  double least = 0;  // Of each half: one weight or more for each pair of neighbours.
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    least += static_cast<double>(widths[i]) * static_cast<double>(widths[i + 1]);
  }
  double there = 0;
  for (const auto& [name, tensor] : tensors) there += static_cast<double>(tensor.numel());
  if (2 * least <= there) return;
  throw std::runtime_error("'" + file + "': its tensors are fewer than its architecture needs");
}

/// Columns and scaler, when the samples are rows of a table.
std::shared_ptr<const Table> read_table_of(const TensorFile& file, int64_t values,
                                           const std::string& name) {
  if (!file.metadata.contains("table")) return {};
  auto table =
      std::make_shared<Table>(read_table_json(file.metadata.at("table"), name + ": table"));
  NamedTensors scaler = with_prefix(file.tensors, "scaler.");
  table->fill = scaler["fill"];
  table->shift = scaler["shift"];
  table->scale = scaler["scale"];
  bool fits = table->width() == values;
  for (const auto& tensor : {table->fill, table->shift, table->scale}) {
    fits = fits && tensor.defined() && tensor.sizes() == torch::IntArrayRef{values} &&
           tensor.isfinite().all().item<bool>();
  }
  fits = fits && (table->scale > 0).all().item<bool>();
  if (!fits) throw std::runtime_error(name + ": its scaler does not fit its columns");
  return table;
}

}  // namespace

Pca fit_companion_pca(const Autoencoder& network, const Dataset& train) {
  const int64_t code = values_in(network->options().code_shape());
  if (code >= values_in(train.sample_shape())) {
    return {.mean = mean_sample(train).flatten(), .components = {}, .share = {}};
  }
  return fit_pca(train, code);
}

void save_model(const TrainedModel& model, const fs::path& path) {
  TensorFile file{.metadata = {}, .tensors = parameters_of(model.network)};
  file.tensors["pca.mean"] = model.pca.mean;
  if (model.pca.defined()) {
    file.tensors["pca.components"] = model.pca.components;
    file.tensors["pca.share"] = model.pca.share;
  }
  DataOptions data = model.data;
  data.data_dir.clear();  // A folder of one machine means nothing on another.
  file.metadata = {{"format", kFormat},
                   {"format_version", kVersion},
                   {"architecture", options_json(model.network->options(), Unset::kOmit)},
                   {"sample", sample_json(model)},
                   {"data", options_json(data, Unset::kAuto)},
                   {"training", options_json(model.training, Unset::kAuto)},
                   {"metrics", to_json(entries_of(model.metrics))}};
  if (model.usual.known()) {
    file.metadata["usual"] = to_json(entries_of(model.usual));
    add_tensors(file.tensors, model.usual);
  }
  if (model.table) {
    file.metadata["table"] = to_json(*model.table);
    file.tensors["scaler.fill"] = model.table->fill;
    file.tensors["scaler.shift"] = model.table->shift;
    file.tensors["scaler.scale"] = model.table->scale;
  }
  write_tensor_file(path, file);
}

namespace {

TrainedModel read_model(const fs::path& given) {
  const fs::path path = fs::is_directory(given) ? given / "model.safetensors" : given;
  if (path != given && !fs::exists(path)) {
    throw std::invalid_argument("'" + given.string() +
                                "' is no run folder: it has no model.safetensors");
  }
  const std::string name = path.string();
  if (is_table_name(path) || path.extension() == ".png") {
    throw std::invalid_argument("'" + name +
                                "' holds data; a model comes first: a run folder, or its "
                                "model.safetensors");
  }
  const TensorFile file = read_tensor_file(path);
  require_our_format(file.metadata, name);
  const AutoencoderOptions architecture = read_architecture(file.metadata, name);
  TrainedModel model;
  model.sha256 = file.sha256;
  read_options(file.metadata, "data", name, model.data);
  read_options(file.metadata, "training", name, model.training);
  read_options(file.metadata, "metrics", name, model.metrics);
  require_room_for(architecture, file.tensors, name);
  model.network = Autoencoder(architecture);
  assign_tensors(parameters_of(model.network), file.tensors, "'" + name + "'");
  model.network->eval();
  NamedTensors pca = with_prefix(file.tensors, "pca.");
  model.pca = {.mean = pca["mean"], .components = pca["components"], .share = pca["share"]};
  const int64_t values = values_in(architecture.sample_shape);
  require_pca_fits(model.pca, values, name);
  model.table = read_table_of(file, values, name);
  if (file.metadata.contains("usual")) {
    read_options(file.metadata, "usual", name, model.usual);
    model.usual =
        read_usual(model.usual, file.tensors, values_in(architecture.code_shape()), values, name);
  }
  if ((architecture.sample_shape.size() == 1) != (model.table != nullptr)) {
    throw std::runtime_error(name + ": does not say what its columns are");
  }
  return model;
}

}  // namespace

TrainedModel load_model(const fs::path& model) {
  return formats::with_printable_errors([&] { return read_model(model); });
}

}  // namespace diabolo
