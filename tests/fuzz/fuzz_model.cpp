// Model files whose metadata are wrong and whose checksum is right: the first byte chooses an entry
// of a small model's metadata, the rest becomes its text. A model that loads is used.

#include <torch/utils.h>
#include <unistd.h>

#include <filesystem>

#include "lib/training/config.hpp"
#include "lib/training/tensor_file.hpp"
#include "lib/training/trained_model.hpp"
#include "models/shape.hpp"
#include "tests/fuzz/memory_file.hpp"

namespace {

using namespace diabolo;
namespace fs = std::filesystem;

/// Where files lie that only this process reads: in memory, where there is such a folder.
fs::path scratch(const std::string& name) {
  const fs::path folder = fs::is_directory("/dev/shm") ? "/dev/shm" : fs::temp_directory_path();
  return folder / ("diabolo-fuzz-" + std::to_string(::getpid()) + name);
}

/// A model of a table of three columns, or of images, as its file's contents.
TensorFile small_model(bool table) {
  TrainedModel model;
  model.network = Autoencoder(AutoencoderOptions{
      .hidden = {3},
      .latent = 2,
      .output = table ? Output::kLinear : Output::kSigmoid,
      .sample_shape = table ? std::vector<int64_t>{3} : std::vector<int64_t>{1, 2, 2}});
  const int64_t values = table ? 3 : 4;
  model.pca = {.mean = torch::zeros({values}),
               .components = torch::eye(values).narrow(0, 0, 2).contiguous(),
               .share = torch::full({2}, 0.4F)};
  if (table) {
    auto columns = std::make_shared<Table>();
    columns->columns = {{"a", ColumnKind::kNumber, {}}, {"b", ColumnKind::kCategory, {"x", "y"}}};
    columns->fill = torch::zeros({3});
    columns->shift = torch::zeros({3});
    columns->scale = torch::ones({3});
    model.table = columns;
  }
  const fs::path path = scratch(".base");
  save_model(model, path);
  TensorFile file = read_tensor_file(path);
  fs::remove(path);
  return file;
}

void use(TrainedModel& model) {
  const torch::NoGradGuard no_grad;
  std::vector<int64_t> shape = model.network->options().sample_shape;
  shape.insert(shape.begin(), 1);
  fuzz::require(model.network->forward(torch::zeros(shape)).numel() ==
                values_in(model.network->options().sample_shape));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const TensorFile kModels[] = {small_model(false), small_model(true)};
  static const fs::path kPath = scratch(".safetensors");
  if (size == 0) return 0;
  TensorFile file = kModels[data[0] % 2];
  auto entry = file.metadata.begin();
  std::advance(entry, (data[0] / 2) % file.metadata.size());
  entry->second = std::string(fuzz::text_of(data + 1, size - 1));
  if (!is_utf8(entry->second)) return 0;
  write_tensor_file(kPath, file);
  fuzz::may_refuse([&] {
    TrainedModel model = load_model(kPath);
    use(model);
  });
  return 0;
}
