#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/terminal.hpp"
#include "lib/formats/safetensors.hpp"
#include "lib/training/config.hpp"
#include "lib/training/trained_model.hpp"
#include "models/shape.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

void print_entries(const std::string& title, const std::vector<ConfigEntry>& entries) {
  std::cout << title << ":";
  for (const auto& entry : entries) {
    const std::string text =
        std::visit([](const auto& value) { return to_text(value); }, entry.value);
    std::cout << " " << entry.name << "=" << (text.empty() ? "-" : text);
  }
  std::cout << "\n";
}

void print_tensors(const fs::path& path) {
  const auto file = formats::read_safetensors(path);
  std::cout << "tensors:\n";
  for (const auto& tensor : file.tensors) {
    std::cout << "  " << tensor.name << "  [" << shape_text(tensor.shape) << "]\n";
  }
}

void print_model(const fs::path& path) {
  const TrainedModel model = load_model(path);
  const fs::path file = fs::is_directory(path) ? path / "model.safetensors" : path;
  const AutoencoderOptions& options = model.network->options();
  int64_t parameters = 0;
  for (const auto& parameter : model.network->parameters()) parameters += parameter.numel();
  std::cout << file.string() << ": an autoencoder for images of "
            << shape_text(options.sample_shape) << ", code " << shape_text(options.code_shape())
            << ", " << with_commas(static_cast<double>(parameters)) << " parameters\n";
  print_entries("architecture", entries_of(options));
  print_entries("data", entries_of(model.data));
  print_entries("training", entries_of(model.training));
  print_entries("metrics", entries_of(model.metrics));
  print_tensors(file);
}

void print_data(const std::string& path) {
  const Dataset data = load_data({.data = path, .data_dir = {}, .size = {}}, Part::kTrain);
  std::cout << path << ": " << with_commas(static_cast<double>(data.size()))
            << (data.size() == 1 ? " image of " : " images of ") << shape_text(data.sample_shape())
            << (data.labels.defined() ? ", with labels" : "") << ", SHA-256 " << data_hash(data)
            << "\n";
}

bool looks_like_model(const fs::path& path) {
  if (fs::is_directory(path)) return fs::exists(path / "model.safetensors");
  return path.extension() == ".safetensors";
}

}  // namespace

int run_inspect(Arguments arguments) {
  std::string path;
  Flags flags(
      "inspect", "FILE",
      "Says what is in a model file, a run folder, an IDX file, a PNG or a folder of PNGs.");
  flags.word("FILE", path, /*required=*/true);
  if (!flags.parse(arguments)) return kDone;
  if (looks_like_model(path)) {
    print_model(path);
  } else {
    print_data(path);
  }
  return kDone;
}

}  // namespace diabolo::app
