#include <gmock/gmock.h>

#include <array>

#include "lib/formats/file.hpp"
#include "tests/training/small_model.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

using formats::read_file;
using formats::TemporaryFolder;
using testing::HasSubstr;
using testing::ThrowsMessage;

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

}  // namespace
}  // namespace diabolo
