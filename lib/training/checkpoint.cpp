#include "lib/training/checkpoint.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "lib/training/tensor_file.hpp"

namespace diabolo {

namespace fs = std::filesystem;

namespace {

using nlohmann::json;

constexpr const char* kFormat = "diabolo checkpoint";

json epoch_json(const EpochReport& epoch) {
  return {{"epoch", epoch.epoch},
          {"train_loss", epoch.train_loss},
          {"validation_loss", epoch.validation_loss},
          {"validation_mse", epoch.validation_mse ? json(*epoch.validation_mse) : json()},
          {"learning_rate", epoch.learning_rate},
          {"seconds", epoch.seconds},
          {"samples_per_second", epoch.samples_per_second},
          {"best", epoch.best},
          {"code", {epoch.code.units, epoch.code.constant, epoch.code.duplicate}}};
}

std::optional<double> optional_number(const json& value) {
  if (value.is_null()) return {};
  return value.get<double>();
}

EpochReport read_epoch(const json& object) {
  return {.epoch = object.at("epoch").get<int64_t>(),
          .train_loss = object.at("train_loss").get<double>(),
          .validation_loss = object.at("validation_loss").get<double>(),
          .validation_mse = optional_number(object.at("validation_mse")),
          .learning_rate = object.at("learning_rate").get<double>(),
          .seconds = object.at("seconds").get<double>(),
          .samples_per_second = object.at("samples_per_second").get<double>(),
          .best = object.at("best").get<bool>(),
          .code = {.units = object.at("code").at(0).get<int64_t>(),
                   .constant = object.at("code").at(1).get<int64_t>(),
                   .duplicate = object.at("code").at(2).get<int64_t>()}};
}

json state_json(const Checkpoint& checkpoint, const std::string& data_hash) {
  json history = json::array();
  for (const auto& epoch : checkpoint.history) history.push_back(epoch_json(epoch));
  return {{"attempt", checkpoint.attempt},     {"epoch", checkpoint.epoch},
          {"step", checkpoint.step},           {"loss_sum", checkpoint.loss_sum},
          {"seconds", checkpoint.seconds},     {"best_epoch", checkpoint.best_epoch},
          {"best_loss", checkpoint.best_loss}, {"history", history},
          {"data_sha256", data_hash}};
}

LoadedCheckpoint read_state(const json& state) {
  LoadedCheckpoint loaded{.checkpoint = {.attempt = state.at("attempt").get<int64_t>(),
                                         .epoch = state.at("epoch").get<int64_t>(),
                                         .step = state.at("step").get<int64_t>(),
                                         .loss_sum = state.at("loss_sum").get<double>(),
                                         .seconds = state.at("seconds").get<double>(),
                                         .best_epoch = state.at("best_epoch").get<int64_t>(),
                                         .best_loss = state.at("best_loss").get<double>(),
                                         .history = {},
                                         .tensors = {}},
                          .data_hash = state.at("data_sha256").get<std::string>()};
  for (const auto& epoch : state.at("history")) {
    loaded.checkpoint.history.push_back(read_epoch(epoch));
  }
  return loaded;
}

}  // namespace

void save_checkpoint(const Checkpoint& checkpoint, const std::string& data_hash,
                     const std::filesystem::path& path) {
  write_tensor_file(path, {.metadata = {{"format", kFormat},
                                        {"format_version", "1"},
                                        {"state", state_json(checkpoint, data_hash).dump()}},
                           .tensors = checkpoint.tensors});
}

LoadedCheckpoint load_checkpoint(const std::filesystem::path& path) {
  TensorFile file = read_tensor_file(path);
  if (file.metadata["format"] != kFormat || file.metadata["format_version"] != "1") {
    throw std::invalid_argument("'" + path.string() + "' is no checkpoint of this version");
  }
  try {
    LoadedCheckpoint loaded = read_state(json::parse(file.metadata["state"]));
    loaded.checkpoint.tensors = std::move(file.tensors);
    return loaded;
  } catch (const json::exception&) {
    throw std::runtime_error("'" + path.string() + "' holds a state that cannot be read");
  }
}

void save_checkpoint(const Checkpoint& checkpoint, const std::string& data_hash,
                     const RunFolder& folder) {
  const fs::path last = folder.checkpoint(), previous = folder.previous_checkpoint();
  std::error_code error;
  if (fs::exists(last)) {
    // Two names of one file, until the last one is replaced: at no moment is there none.
    fs::remove(previous, error);
    fs::create_hard_link(last, previous, error);
    if (error) fs::copy_file(last, previous, fs::copy_options::overwrite_existing, error);
  }
  save_checkpoint(checkpoint, data_hash, last);
}

LoadedCheckpoint load_checkpoint(const RunFolder& folder) {
  try {
    return load_checkpoint(folder.checkpoint());
  } catch (const std::exception& last) {
    if (!fs::exists(folder.previous_checkpoint())) throw;
    try {
      LoadedCheckpoint loaded = load_checkpoint(folder.previous_checkpoint());
      loaded.notice = std::string(last.what()) + "; going on from the checkpoint before it";
      return loaded;
    } catch (const std::exception&) {
      throw std::runtime_error(std::string(last.what()) + ", and so is the one before it");
    }
  }
}

}  // namespace diabolo
