#include "app/results.hpp"

#include <ATen/Parallel.h>

#include <filesystem>
#include <stdexcept>
#include <utility>

#include "app/terminal.hpp"
#include "lib/data/split.hpp"

namespace diabolo::app {

namespace fs = std::filesystem;

DataOptions data_for(const TrainedModel& model, DataOptions data) {
  if (data.data.empty()) {
    const std::string folder = data.data_dir.empty() ? model.data.data_dir : data.data_dir;
    const DataOptions given = std::exchange(data, model.data);
    data.data_dir = folder;
    if (!given.size.empty()) data.size = given.size;
    if (!given.label.empty()) data.label = given.label;
    if (!given.id.empty()) data.id = given.id;
    if (!given.delimiter.empty()) data.delimiter = given.delimiter;
    if (given.missing) data.missing = given.missing;
  }
  const bool table = is_table(data);
  if (table != (model.table != nullptr)) {
    throw std::invalid_argument(
        "the model takes " + std::string(model.table ? "rows of a table" : "images") + ", and '" +
        data.data + (table ? "' is a table" : "' holds images"));
  }
  if (data.size.empty() && is_image_files(data)) data.size = model.data.size;
  if (model.data.patch > 0 && data.size.empty() && are_cut_from(data)) {
    data.patch = model.data.patch;
    data.patches_per_image = model.data.patches_per_image;
  }
  if (table && !data.missing) data.missing = model.data.missing;
  data.validate();
  return data;
}

std::string data_title(const DataOptions& data) {
  fs::path path = fs::path(data.data).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // "digits/"
  return path.filename().string() + (has_parts(data) ? ", test part" : "");
}

ModelAndData load_model_and_data(const std::string& model_path, DataOptions data) {
  ModelAndData result;
  result.model = load_model(model_path);
  const TrainedModel& model = result.model;
  const bool own = data.data.empty();
  data = data_for(model, data);
  result.data = load_data(data, Part::kTest, model.table);
  warn_of_dropped(data, result.data.dropped);
  result.title = data_title(data);
  result.on_training_rows = own && !has_parts(data);
  result.all = result.data;
  if (own && !has_parts(data) && model.training.validation.value_or(0) > 0) {
    result.data = split_validation(result.data, *model.training.validation,
                                   static_cast<uint64_t>(model.training.seed))
                      .validation;
    result.title += ", samples that training kept apart";
    result.on_training_rows = false;
    result.chose_epoch = true;
  }
  if (!model.table) result.all = result.data;
  return result;
}

void resolve_machine(TrainerOptions& training) {
  const torch::Device device = resolve_device(training.device);
  training.device = device.str();
  training.precision = resolve_precision(training.precision, device);
  if (training.threads > 0) at::set_num_threads(static_cast<int>(training.threads));
}

void warn_of_dropped(const DataOptions& data, int64_t dropped) {
  if (dropped == 0) return;
  warn(data.data + ": rows left out for their empty cells: " + std::to_string(dropped));
}

void require_images(const TrainedModel& model, const std::string& command) {
  if (!model.table) return;
  throw std::invalid_argument(command + " is for images, and this model takes rows of a table");
}

void require_free(const std::string& path, bool overwrite) {
  if (overwrite || !std::filesystem::exists(path)) return;
  throw std::invalid_argument("'" + path + "' is there already; give --overwrite to replace it");
}

void require_place_for_samples(const std::string& out, bool overwrite) {
  if (out.empty()) {
    throw std::invalid_argument("--out is missing: a .png, .npy or .csv file, or a folder");
  }
  require_free(out, overwrite);
}

}  // namespace diabolo::app
