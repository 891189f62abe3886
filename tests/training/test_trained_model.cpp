#include <gmock/gmock.h>
#include <torch/utils.h>

#include <fstream>

#include "lib/formats/file.hpp"
#include "lib/training/find_usual.hpp"
#include "lib/training/tensor_file.hpp"
#include "lib/training/trained_model.hpp"
#include "tests/data/samples.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

using formats::read_file;
using formats::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr uint64_t kSmallFile = 1 << 20;

Dataset small_images() { return dataset_of(noisy_bytes({20, 1, 3, 3})); }

TrainedModel small_model(Architecture arch = Architecture::kDense, int64_t latent = 2) {
  TrainedModel model;
  model.network = Autoencoder(AutoencoderOptions{
      .arch = arch, .hidden = {4}, .channels = {2}, .latent = latent, .sample_shape = {1, 3, 3}});
  model.network->initialise(3, mean_sample(small_images()));
  model.network->eval();
  model.pca = fit_companion_pca(model.network, small_images());
  model.data = {.data = "digits", .data_dir = "/home/someone", .size = "3x3"};
  model.training.epochs = 4;
  model.metrics = {.epoch = 3, .validation_loss = 0.25, .validation_mse = 1.0 / 3};
  model.usual = find_usual(model, small_images(), small_images().head(5));
  return model;
}

bool equal(const TrainedModel& a, const TrainedModel& b) {
  const auto x = to_unit(small_images().samples);
  Autoencoder left = a.network;
  Autoencoder right = b.network;
  return torch::equal(left->forward(x), right->forward(x)) &&
         torch::equal(a.pca.reconstruct(x), b.pca.reconstruct(x)) &&
         a.network->options().latent == b.network->options().latent && a.data.data == b.data.data &&
         a.training.epochs == b.training.epochs && a.training.noise == b.training.noise &&
         a.metrics.validation_loss == b.metrics.validation_loss;
}

/// The file of a small model after `change`, written again with a checksum that is right.
template <typename Change>
void write_changed(const fs::path& path, const Change& change) {
  save_model(small_model(), path);
  TensorFile file = read_tensor_file(path);
  change(file);
  write_tensor_file(path, file);
}

template <typename Error, typename Change>
void expect_refused(const Change& change, const std::string& part) {
  const TemporaryFolder folder;
  write_changed(folder / "m.safetensors", change);
  EXPECT_THAT([&] { load_model(folder / "m.safetensors"); },
              ThrowsMessage<Error>(AllOf(HasSubstr("m.safetensors"), HasSubstr(part))))
      << part;
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  const size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from << " in " << text;
  text.replace(at, from.size(), to);
}

TEST(TrainedModel, IsTheSameAfterSavingAndLoading) {
  for (const Architecture arch : {Architecture::kDense, Architecture::kConv}) {
    const TemporaryFolder folder;
    const TrainedModel model = small_model(arch);
    save_model(model, folder / "m.safetensors");
    const TrainedModel loaded = load_model(folder / "m.safetensors");
    EXPECT_TRUE(equal(loaded, model));
    EXPECT_FALSE(loaded.network->is_training());
    EXPECT_EQ(loaded.network->options().sample_shape, (std::vector<int64_t>{1, 3, 3}));
    EXPECT_EQ(loaded.metrics.epoch, 3);
    EXPECT_EQ(loaded.metrics.validation_mse, 1.0 / 3);
    EXPECT_EQ(loaded.data.size, "3x3");
    EXPECT_EQ(loaded.data.data_dir, "");
  }
}

TEST(TrainedModel, IsLoadedFromARunFolder) {
  const TemporaryFolder folder;
  save_model(small_model(), folder / "model.safetensors");
  EXPECT_TRUE(equal(load_model(folder.path()), small_model()));
  fs::remove(folder / "model.safetensors");
  EXPECT_THAT([&] { load_model(folder.path()); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("is no run folder")));
  EXPECT_THROW(load_model(folder / "missing"), std::invalid_argument);
}

TEST(TrainedModel, GivesEqualBytesAtEachSaving) {
  const TemporaryFolder folder;
  save_model(small_model(), folder / "a");
  save_model(small_model(), folder / "b");
  save_model(load_model(folder / "a"), folder / "c");
  const std::string bytes = read_file(folder / "a", kSmallFile);
  EXPECT_EQ(read_file(folder / "b", kSmallFile), bytes);
  EXPECT_EQ(read_file(folder / "c", kSmallFile), bytes);
}

TEST(TrainedModel, HasNoComponentsWhereTheCodeIsNoSmallerThanASample) {
  const TemporaryFolder folder;
  const TrainedModel model = small_model(Architecture::kDense, /*latent=*/9);
  EXPECT_FALSE(model.pca.defined());
  save_model(model, folder / "m.safetensors");
  const TrainedModel loaded = load_model(folder / "m.safetensors");
  EXPECT_FALSE(loaded.pca.defined());
  EXPECT_TRUE(torch::equal(loaded.pca.mean, mean_sample(small_images()).flatten()));
}

TEST(TrainedModel, OfAWeakNoiseCanBeLoadedAgain) {
  const TemporaryFolder folder;
  TrainedModel model = small_model();
  model.training.noise = gaussian_noise(1e-5, 5e-4);
  save_model(model, folder / "m.safetensors");
  EXPECT_EQ(load_model(folder / "m.safetensors").training.noise, model.training.noise);
}

TEST(TrainedModel, OfAnotherFormatOrVersionIsRefused) {
  expect_refused<std::invalid_argument>([](TensorFile& file) { file.metadata["format"] = "pt"; },
                                        "no diabolo model");
  expect_refused<std::invalid_argument>([](TensorFile& file) { file.metadata.erase("format"); },
                                        "no diabolo model");
  expect_refused<std::runtime_error>(
      [](TensorFile& file) { file.metadata["format_version"] = "2"; },
      "has format version 2; this program reads version 1");
}

TEST(TrainedModel, WithMetadataThatItCannotUseIsRefused) {
  const auto changed = [](const std::string& key, const std::string& from, const std::string& to) {
    return [=](TensorFile& file) { replace(file.metadata[key], from, to); };
  };
  expect_refused<std::runtime_error>(changed("architecture", "{", R"({"dropout":0.5,)"),
                                     "holds 'dropout', which this version does not know");
  expect_refused<std::runtime_error>(changed("architecture", "silu", "mish"), "activation");
  expect_refused<std::runtime_error>(changed("training", "{", "["), "training");
  expect_refused<std::runtime_error>(changed("sample", "image", "table"), "does not know");
  expect_refused<std::runtime_error>(changed("sample", "[1,3,3]", "[1,3]"), "no image has");
  expect_refused<std::runtime_error>(changed("sample", "[1,3,3]", "[1,3,\"x\"]"), "sample");
  for (const char* key : {"architecture", "sample", "data", "training", "metrics"}) {
    expect_refused<std::runtime_error>([&](TensorFile& file) { file.metadata.erase(key); },
                                       "lacks the metadata '" + std::string(key) + "'");
  }
}

TEST(TrainedModel, WithSizesThatAreNoneIsRefusedNamingTheFile) {
  const std::vector<std::array<std::string, 3>> changes = {
      {"architecture", "\"latent\":2", "\"latent\":0"},
      {"architecture", "\"hidden\":[4]", "\"hidden\":[-4]"},
      {"sample", "[1,3,3]", "[1,0,3]"},
      {"sample", "[1,3,3]", "[1,-3,-3]"},
      {"sample", "[1,3,3]", "\"1,3,x\""}};
  for (const auto& [key, from, to] : changes) {
    expect_refused<std::runtime_error>(
        [&](TensorFile& file) { replace(file.metadata[key], from, to); }, "");
  }
}

TEST(TrainedModel, LargerThanItsFileIsRefusedBeforeItTakesMemory) {
  // 10^12 weights would be four terabytes.
  for (const char* hidden : {"[1000000,1000000]", "[1000000]"}) {
    expect_refused<std::runtime_error>(
        [&](TensorFile& file) { replace(file.metadata["architecture"], "[4]", hidden); },
        "fewer than its architecture needs");
  }
}

TEST(TrainedModel, WithControlCharactersInItsMetadataIsRefusedInPlainWords) {
  expect_refused<std::runtime_error>(
      [](TensorFile& file) { replace(file.metadata["architecture"], "silu", R"(\u001b[31m\nx)"); },
      "'?[31m?x'");
}

TEST(TrainedModel, WithoutATensorOrWithOneOfAnotherShapeIsRefused) {
  expect_refused<std::runtime_error>(
      [](TensorFile& file) { file.tensors.erase("decoder.layers.0.bias"); },
      "lacks the tensor 'decoder.layers.0.bias'");
  expect_refused<std::runtime_error>(
      [](TensorFile& file) { file.tensors["decoder.layers.0.bias"] = torch::zeros({5}); },
      "'decoder.layers.0.bias' has another shape");
  expect_refused<std::runtime_error>([](TensorFile& file) { file.tensors.erase("pca.mean"); },
                                     "PCA");
  expect_refused<std::runtime_error>(
      [](TensorFile& file) { file.tensors["pca.components"] = torch::zeros({2, 8}); }, "PCA");
}

TEST(TrainedModel, KnowsWhatIsUsualAfterLoading) {
  const TemporaryFolder folder;
  const TrainedModel model = small_model();
  save_model(model, folder / "m.safetensors");
  const Usual usual = load_model(folder / "m.safetensors").usual;
  EXPECT_EQ(usual.samples, 5);
  EXPECT_TRUE(usual.kept_apart);
  EXPECT_FALSE(usual.model.error.defined());
  ASSERT_TRUE(usual.pca.has_value());
  EXPECT_TRUE(torch::equal(usual.model.low, model.usual.model.low));
  EXPECT_TRUE(torch::equal(usual.model.high, model.usual.model.high));
  EXPECT_TRUE(torch::equal(usual.model.scores, model.usual.model.scores));
  EXPECT_TRUE(torch::equal(usual.pca->scores, model.usual.pca->scores));
  EXPECT_EQ(usual.model.scores.size(0), 5);
}

TEST(TrainedModel, OfAnEarlierProgramDoesNotKnowWhatIsUsual) {
  const TemporaryFolder folder;
  write_changed(folder / "m.safetensors", [](TensorFile& file) {
    file.metadata.erase("usual");
    std::erase_if(file.tensors, [](const auto& each) { return each.first.starts_with("usual."); });
  });
  const TrainedModel loaded = load_model(folder / "m.safetensors");
  EXPECT_FALSE(loaded.usual.known());
  EXPECT_TRUE(equal(loaded, small_model()));
}

TEST(TrainedModel, WhoseUsualScoresDoNotFitIsRefused) {
  const std::vector<std::pair<std::string, torch::Tensor>> changes = {
      {"usual.model.low", torch::zeros({3})},
      {"usual.model.low", torch::full({2}, 1e9F)},
      {"usual.model.high", torch::full({2}, std::numeric_limits<float>::quiet_NaN())},
      {"usual.model.error", torch::zeros({9})},
      {"usual.model.scores", torch::tensor({2.0F, 1.0F})},
      {"usual.pca.scores", torch::zeros({0})}};
  for (const auto& change : changes) {
    expect_refused<std::runtime_error>(
        [&](TensorFile& file) { file.tensors[change.first] = change.second; }, "usual");
  }
  expect_refused<std::runtime_error>([](TensorFile& file) { file.tensors.erase("usual.pca.low"); },
                                     "usual");
}

TEST(Usual, CodesAreKeptWithinTheMiddleOfTheTrainingOnes) {
  const TrainedModel model = small_model();
  Autoencoder network = model.network;
  const torch::NoGradGuard no_grad;
  const auto x = to_unit(small_images().samples);
  const auto codes = network->encode(x);
  const auto sorted = std::get<0>(codes.sort(0));
  // Of 20 codes the 10th percentile lies between the second and the third: at 1.9.
  EXPECT_TRUE(torch::allclose(model.usual.model.low, sorted[1] + 0.9 * (sorted[2] - sorted[1])));
  const auto far = x * 50 - 20;
  const auto kept = network->encode(far).clamp(model.usual.model.low, model.usual.model.high);
  EXPECT_TRUE(torch::allclose(nearest_usual(model, CodeOf::kModel, far), network->decode(kept)));
  EXPECT_GT(
      (network->decode(network->encode(far)) - network->decode(kept)).abs().max().item<float>(),
      0.01F);
}

TEST(Usual, LooksAtTrainingSamplesWhereNoneWereKeptApart) {
  const TrainedModel model = small_model();
  const Usual usual = find_usual(model, small_images(), {});
  EXPECT_FALSE(usual.kept_apart);
  EXPECT_EQ(usual.samples, 20);
}

TEST(TrainedModel, WithAnyByteChangedIsRefusedOrTheSame) {
  const TemporaryFolder folder;
  const fs::path path = folder / "m.safetensors";
  save_model(small_model(), path);
  const std::string bytes = read_file(path, kSmallFile);
  const TrainedModel model = small_model();
  int refused = 0;
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    std::ofstream(path, std::ios::binary) << damaged;
    try {
      ASSERT_TRUE(equal(load_model(path), model)) << "byte " << at << " made another model";
    } catch (const std::exception& error) {
      ASSERT_THAT(error.what(), HasSubstr("m.safetensors")) << "byte " << at;
      ++refused;
    }
  }
  EXPECT_GT(refused, static_cast<int>(bytes.size() * 9 / 10));
}

TEST(TrainedModel, CutShortIsRefused) {
  const TemporaryFolder folder;
  const fs::path path = folder / "m.safetensors";
  save_model(small_model(), path);
  const std::string bytes = read_file(path, kSmallFile);
  for (size_t length = 0; length < bytes.size(); length += 97) {
    std::ofstream(path, std::ios::binary) << bytes.substr(0, length);
    EXPECT_THROW(load_model(path), std::exception) << length;
  }
  std::ofstream(path, std::ios::binary) << bytes << "x";
  EXPECT_THROW(load_model(path), std::runtime_error);
}

TEST(TensorFile, KeepsEachTypeAndRefusesOthers) {
  const TemporaryFolder folder;
  const NamedTensors tensors = {
      {"bytes", torch::tensor({0, 255}, torch::kUInt8)},
      {"empty", torch::zeros({0, 3})},
      {"number", torch::tensor(1.5F)},
      {"turned", noisy_bytes({1, 1, 2, 3}).to(torch::kInt64).transpose(2, 3)}};
  write_tensor_file(folder / "t", {.metadata = {{"key", "välue"}}, .tensors = tensors});
  const TensorFile read = read_tensor_file(folder / "t");
  EXPECT_EQ(read.metadata.at("key"), "välue");
  ASSERT_EQ(read.tensors.size(), 4U);
  for (const auto& [name, tensor] : tensors) {
    EXPECT_TRUE(torch::equal(read.tensors.at(name), tensor)) << name;
    EXPECT_EQ(read.tensors.at(name).scalar_type(), tensor.scalar_type()) << name;
  }
  const TensorFile wrong{.metadata = {},
                         .tensors = {{"double", torch::zeros({1}, torch::kFloat64)}}};
  EXPECT_THROW(write_tensor_file(folder / "t", wrong), std::logic_error);
}

}  // namespace
}  // namespace diabolo
