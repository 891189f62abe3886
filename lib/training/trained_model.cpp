#include "lib/training/trained_model.hpp"

#include <torch/utils.h>

#include <stdexcept>

#include "lib/training/config.hpp"
#include "lib/training/tensor_file.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFormat = "diabolo autoencoder";
constexpr const char* kVersion = "1";
constexpr const char* kScale = "pixel / 255";

NamedTensors parameters_of(const Autoencoder& network) {
  NamedTensors named;
  for (const auto& item : network->named_parameters()) named[item.key()] = item.value();
  return named;
}

/// The shape of a sample is known from the data, so it is no field of AutoencoderOptions.
std::string sample_json(const std::vector<int64_t>& shape) {
  return to_json({{"kind", "", std::string("image")},
                  {"shape", "", shape},
                  {"scale", "", std::string(kScale)}});
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
  if (sample["kind"] != "image" || sample["scale"] != kScale) {
    throw std::runtime_error(file + ": is for samples of a kind that this version does not know");
  }
  try {
    from_text(sample["shape"], architecture.sample_shape);
    architecture.validate();
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(file + ": " + error.what());
  }
  if (architecture.sample_shape.size() == 3) return architecture;
  throw std::runtime_error(file + ": its samples have the shape " +
                           shape_text(architecture.sample_shape) + ", which no image has");
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
  if (!mean_fits || !fits) throw std::runtime_error(file + ": its PCA has another size");
}

}  // namespace

Pca fit_companion_pca(const Autoencoder& network, const Dataset& train) {
  const int64_t code = values_in(network->options().code_shape());
  if (code >= values_in(train.sample_shape())) {
    return {.mean = mean_sample(train).flatten(), .components = {}};
  }
  return fit_pca(train, code);
}

void save_model(const TrainedModel& model, const fs::path& path) {
  TensorFile file{.metadata = {}, .tensors = parameters_of(model.network)};
  file.tensors["pca.mean"] = model.pca.mean;
  if (model.pca.defined()) file.tensors["pca.components"] = model.pca.components;
  DataOptions data = model.data;
  data.data_dir.clear();  // A folder of one machine means nothing on another.
  file.metadata = {{"format", kFormat},
                   {"format_version", kVersion},
                   {"architecture", to_json(entries_of(model.network->options()))},
                   {"sample", sample_json(model.network->options().sample_shape)},
                   {"data", to_json(entries_of(data))},
                   {"training", to_json(entries_of(model.training))},
                   {"metrics", to_json(entries_of(model.metrics))}};
  write_tensor_file(path, file);
}

TrainedModel load_model(const fs::path& given) {
  const fs::path path = fs::is_directory(given) ? given / "model.safetensors" : given;
  if (path != given && !fs::exists(path)) {
    throw std::invalid_argument("'" + given.string() +
                                "' is no run folder: it has no model.safetensors");
  }
  const std::string name = path.string();
  const TensorFile file = read_tensor_file(path);
  require_our_format(file.metadata, name);
  const AutoencoderOptions architecture = read_architecture(file.metadata, name);
  TrainedModel model;
  read_options(file.metadata, "data", name, model.data);
  read_options(file.metadata, "training", name, model.training);
  read_options(file.metadata, "metrics", name, model.metrics);
  model.network = Autoencoder(architecture);
  assign_tensors(parameters_of(model.network), file.tensors, "'" + name + "'");
  model.network->eval();
  NamedTensors pca = with_prefix(file.tensors, "pca.");
  model.pca = {.mean = pca["mean"], .components = pca["components"]};
  require_pca_fits(model.pca, values_in(architecture.sample_shape), name);
  return model;
}

}  // namespace diabolo
