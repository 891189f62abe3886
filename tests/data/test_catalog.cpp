#include <gmock/gmock.h>

#include <cstdlib>

#include "lib/data/catalog.hpp"
#include "lib/formats/file.hpp"
#include "lib/formats/idx.hpp"
#include "tests/data/samples.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

using formats::TemporaryFolder;
using formats::write_file_atomically;
using formats::write_idx;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

DataOptions named(const std::string& data, const std::string& folder = DIABOLO_TEST_DATA) {
  return {.data = data, .data_dir = folder, .size = ""};
}

/// Two images of 2 x 3, and labels beside them when `labels` has any.
void write_part(const TemporaryFolder& folder, const std::string& stem,
                const std::vector<uint8_t>& labels, const std::string& ending = "") {
  write_idx(folder / (stem + "-images-idx3-ubyte" + ending),
            {.shape = {2, 2, 3}, .values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}});
  if (labels.empty()) return;
  write_idx(folder / (stem + "-labels-idx1-ubyte" + ending),
            {.shape = {static_cast<int64_t>(labels.size())}, .values = labels});
}

TEST(Catalog, LoadsMnistMiniByItsName) {
  const Dataset train = load_data(named("mnist-mini"), Part::kTrain);
  const Dataset test = load_data(named("mnist-mini"), Part::kTest);
  EXPECT_EQ(train.samples.sizes(), (std::vector<int64_t>{2000, 1, 28, 28}));
  EXPECT_EQ(test.samples.sizes(), (std::vector<int64_t>{500, 1, 28, 28}));
  EXPECT_EQ(train.samples.scalar_type(), torch::kUInt8);
  EXPECT_EQ(train.name, "mnist-mini");
  // The first digits of MNIST: 5 0 4 1 9 and 7 2 1 0 4.
  EXPECT_TRUE(torch::equal(train.labels.narrow(0, 0, 5), torch::tensor({5, 0, 4, 1, 9})));
  EXPECT_TRUE(torch::equal(test.labels.narrow(0, 0, 5), torch::tensor({7, 2, 1, 0, 4})));
  EXPECT_NEAR(mean_sample(train).mean().item<double>(), 0.13, 0.01);
  EXPECT_TRUE(has_parts(named("mnist-mini")));
  EXPECT_TRUE(data_is_there(named("mnist-mini")));
}

TEST(Catalog, LoadsAFolderOfIdxFilesPlainOrCompressed) {
  const TemporaryFolder folder;
  write_part(folder, "train", {1, 0});
  write_part(folder, "t10k", {7, 8}, ".gz");
  const DataOptions options = named(folder.path().string());
  EXPECT_TRUE(has_parts(options));
  const Dataset train = load_data(options, Part::kTrain);
  const Dataset test = load_data(options, Part::kTest);
  EXPECT_EQ(train.samples[1][0][1][2].item<int>(), 11);
  EXPECT_TRUE(torch::equal(train.labels, torch::tensor({1, 0})));
  EXPECT_TRUE(torch::equal(test.labels, torch::tensor({7, 8})));
  EXPECT_EQ(train.name, folder.path().string());
}

TEST(Catalog, LoadsOneIdxFileWithTheLabelsBesideIt) {
  const TemporaryFolder folder;
  write_part(folder, "my", {3, 4});
  const DataOptions options = named((folder / "my-images-idx3-ubyte").string());
  EXPECT_FALSE(has_parts(options));
  EXPECT_TRUE(torch::equal(load_data(options, Part::kTest).labels, torch::tensor({3, 4})));
  fs::remove(folder / "my-labels-idx1-ubyte");
  EXPECT_FALSE(load_data(options, Part::kTest).labels.defined());
}

TEST(Catalog, RefusesLabelsOfAnotherCountOrShape) {
  const TemporaryFolder folder;
  write_part(folder, "my", {3, 4, 5});
  const DataOptions options = named((folder / "my-images-idx3-ubyte").string());
  EXPECT_THAT([&] { load_data(options, Part::kTrain); },
              ThrowsMessage<std::runtime_error>(
                  AllOf(HasSubstr("my-labels-idx1-ubyte: 3 labels"), HasSubstr("has 2 images"))));
  write_idx(folder / "my-labels-idx1-ubyte", {.shape = {2, 1}, .values = {3, 4}});
  EXPECT_THAT([&] { load_data(options, Part::kTrain); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("labels are one number a sample")));
}

TEST(Catalog, RefusesIdxFilesThatHoldNoImages) {
  const TemporaryFolder folder;
  write_idx(folder / "a", {.shape = {2}, .values = {1, 2}});
  write_idx(folder / "b", {.shape = {0, 28, 28}, .values = {}});
  EXPECT_THAT([&] { load_data(named((folder / "a").string()), Part::kTrain); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("three dimensions")));
  EXPECT_THAT([&] { load_data(named((folder / "b").string()), Part::kTrain); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("holds no images")));
}

TEST(Catalog, LoadsAPngAndAFolderOfThem) {
  const TemporaryFolder folder;
  write_png(folder / "a.png", noisy_bytes({1, 1, 4, 4})[0]);
  write_png(folder / "b.png", noisy_bytes({1, 1, 4, 4})[0]);
  DataOptions options = named(folder.path().string());
  EXPECT_FALSE(has_parts(options));
  EXPECT_EQ(load_data(options, Part::kTest).size(), 2);
  options.data = (folder / "a.png").string();
  options.size = "2x3";
  EXPECT_THAT(load_data(options, Part::kTest).sample_shape(), ElementsAre(1, 2, 3));
}

TEST(Catalog, SuggestsTheNearestNameForAMisspeltOne) {
  EXPECT_THAT(
      [] { load_data(named("fashon-mnist"), Part::kTrain); },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("no data named 'fashon-mnist'"),
                                                 HasSubstr("did you mean 'fashion-mnist'?"))));
}

TEST(Catalog, TellsHowToFetchASetThatIsNotThere) {
  const TemporaryFolder folder;
  const DataOptions options = named("mnist", folder.path().string());
  EXPECT_FALSE(data_is_there(options));
  EXPECT_THAT([&] { load_data(options, Part::kTrain); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr(folder.path().string()),
                                                         HasSubstr("scripts/fetch_data.sh mnist"),
                                                         HasSubstr("--data-dir"))));
}

TEST(Catalog, NamesTheFileThatAFolderWithoutATestPartLacks) {
  const TemporaryFolder folder;
  write_part(folder, "train", {});
  EXPECT_THAT([&] { load_data(named(folder.path().string()), Part::kTest); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("t10k-images-idx3-ubyte")));
}

TEST(Catalog, RefusesAFileThatIsNoData) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "notes.txt", "not data");
  EXPECT_THAT([&] { load_data(named((folder / "notes.txt").string()), Part::kTrain); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("notes.txt")));
}

TEST(Catalog, LooksInTheFolderOfTheEnvironmentUnlessOneIsGiven) {
  ASSERT_EQ(setenv("DIABOLO_DATA", "/somewhere", 1), 0);
  EXPECT_EQ(named("mnist", "").folder(), "/somewhere");
  EXPECT_EQ(named("mnist", "here").folder(), "here");
  ASSERT_EQ(unsetenv("DIABOLO_DATA"), 0);
  EXPECT_EQ(named("mnist", "").folder(), "data");
}

}  // namespace
}  // namespace diabolo
