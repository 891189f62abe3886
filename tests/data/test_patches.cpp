#include <gmock/gmock.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <set>

#include "lib/data/patches.hpp"
#include "lib/data/sample_stream.hpp"
#include "lib/data/split.hpp"
#include "lib/formats/file.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;
using formats::TemporaryFolder;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// An image whose value says where a pixel lies: row * 4 + column, in the first channel.
cv::Mat places(int height, int width, int channels = 1) {
  cv::Mat image(height, width, CV_8UC(channels));
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width * channels; ++x) {
      image.ptr<uint8_t>(y)[x] = static_cast<uint8_t>(4 * y + x / channels);
    }
  }
  return image;
}

/// Three grey images of sizes of their own.
std::vector<fs::path> three_files(const TemporaryFolder& folder) {
  const std::vector<fs::path> files = {folder / "a.png", folder / "b.pgm", folder / "c.png"};
  cv::imwrite(files[0].string(), places(20, 30));
  cv::imwrite(files[1].string(), places(8, 50));
  cv::imwrite(files[2].string(), places(33, 9));
  return files;
}

template <typename Error>
void expect_refused(const std::vector<fs::path>& files, int64_t side, const std::string& first,
                    const std::string& second) {
  EXPECT_THAT([&] { read_patches(files, side, 2); },
              ThrowsMessage<Error>(AllOf(HasSubstr(first), HasSubstr(second))));
}

TEST(Patches, AreSquaresThatLieWhereTheirNamesSay) {
  const TemporaryFolder folder;
  const Dataset patches = read_patches(three_files(folder), 8, 5);
  ASSERT_EQ(patches.samples.sizes(), (std::vector<int64_t>{15, 1, 8, 8}));
  EXPECT_EQ(patches.samples.scalar_type(), torch::kUInt8);
  ASSERT_EQ(patches.sample_names.size(), 15U);
  for (int64_t i = 0; i < 15; ++i) {
    int row = -1;
    int column = -1;
    const std::string& name = patches.sample_names[static_cast<size_t>(i)];
    const std::string file = i < 5 ? "a.png:%d,%d" : i < 10 ? "b.pgm:%d,%d" : "c.png:%d,%d";
    ASSERT_EQ(std::sscanf(name.c_str(), file.c_str(), &row, &column), 2) << name;
    EXPECT_EQ(patches.samples[i][0][0][0].item<int>(), 4 * row + column) << name;
    EXPECT_EQ(patches.samples[i][0][7][7].item<int>(), 4 * (row + 7) + column + 7) << name;
  }
}

TEST(Patches, ReachEachPlaceOfAnImage) {
  const TemporaryFolder folder;
  const Dataset patches = read_patches({three_files(folder)[2]}, 8, 400);
  std::set<std::string> names(patches.sample_names.begin(), patches.sample_names.end());
  EXPECT_EQ(names.size(), (33U - 7) * (9 - 7));
}

TEST(Patches, AreTheSameAgainAndInPieces) {
  const TemporaryFolder folder;
  const auto files = three_files(folder);
  const Dataset all = read_patches(files, 8, 5);
  EXPECT_TRUE(torch::equal(read_patches(files, 8, 5).samples, all.samples));
  for (const auto& [begin, end] : {std::pair{0, 3}, {3, 12}, {10, 99}}) {
    const Dataset some = read_patches(files, 8, 5, begin, end);
    const int64_t count = std::min(end, 15) - begin;
    EXPECT_TRUE(torch::equal(some.samples, all.samples.narrow(0, begin, count)));
    EXPECT_EQ(some.sample_names.front(), all.sample_names[static_cast<size_t>(begin)]);
  }
  EXPECT_EQ(read_patches(files, 8, 5, 15, 20).size(), 0);
}

TEST(Patches, OfAStreamAreThoseOfTheWhole) {
  const TemporaryFolder folder;
  const auto files = three_files(folder);
  DataOptions options;
  options.data = folder.path().string();
  options.patch = 8;
  options.patches_per_image = 5;
  const Dataset all = load_data(options, Part::kTrain);
  EXPECT_EQ(all.name, options.data);
  EXPECT_EQ(count_samples(options, Part::kTrain, {}), 15);
  const auto stream = open_data(options, Part::kTrain, {});
  std::vector<torch::Tensor> pieces;
  for (int64_t size = 4; size > 0;) {
    const Dataset piece = stream->next(4);
    size = piece.size();
    if (size > 0) pieces.push_back(piece.samples);
  }
  EXPECT_EQ(pieces.size(), 4U);
  EXPECT_TRUE(torch::equal(torch::cat(pieces), all.samples));
}

TEST(Patches, OfOneImageStayTogetherWhenASetIsSplit) {
  const TemporaryFolder folder;
  const Dataset all = read_patches(three_files(folder), 8, 5);
  for (const uint64_t seed : {1U, 2U, 3U}) {
    const Split split = split_validation(all, 0.3, seed);
    EXPECT_EQ(split.validation.size(), 5);
    EXPECT_EQ(split.train.size(), 10);
    const std::string file = split.validation.sample_names[0].substr(0, 6);
    for (const auto& name : split.validation.sample_names) EXPECT_EQ(name.substr(0, 6), file);
    for (const auto& name : split.train.sample_names) EXPECT_NE(name.substr(0, 6), file);
    Dataset copy = all;
    copy.samples = all.samples.clone();
    EXPECT_TRUE(torch::equal(split_in_place(copy, 0.3, seed).train.samples, split.train.samples));
  }
  const Dataset one = read_patches({folder / "a.png"}, 8, 5);
  EXPECT_THAT([&] { split_validation(one, 0.3, 1); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("--validation 0")));
}

TEST(Patches, OfRgbImagesHaveRedFirst) {
  const TemporaryFolder folder;
  cv::imwrite((folder / "a.png").string(), cv::Mat(12, 12, CV_8UC3, cv::Scalar(10, 20, 200)));
  const Dataset patches = read_patches({folder / "a.png"}, 8, 2);
  ASSERT_EQ(patches.samples.sizes(), (std::vector<int64_t>{2, 3, 8, 8}));
  EXPECT_TRUE((patches.samples.select(1, 0) == 200).all().item<bool>());
  EXPECT_TRUE((patches.samples.select(1, 2) == 10).all().item<bool>());
}

TEST(Patches, NameAFileThatDoesNotFit) {
  const TemporaryFolder folder;
  auto files = three_files(folder);
  expect_refused<std::invalid_argument>(files, 9, "b.pgm' is 8 x 50", "smaller --patch");
  cv::imwrite((folder / "d.png").string(), places(20, 20, 3));
  files.push_back(folder / "d.png");
  expect_refused<std::invalid_argument>(files, 8, "d.png' is RGB", "a.png' is grey");
  formats::write_file_atomically(folder / "e.png", "");
  files[3] = folder / "e.png";
  expect_refused<std::runtime_error>(files, 8, "e.png", "empty");
}

TEST(Patches, AreCutFromImageFilesAlone) {
  DataOptions options;
  options.data = "mnist-mini";
  options.data_dir = DIABOLO_TEST_DATA;
  options.patch = 8;
  EXPECT_THAT([&] { load_data(options, Part::kTrain); },
              ThrowsMessage<std::invalid_argument>(AllOf(
                  HasSubstr("patch: squares are cut from image files"), HasSubstr("is IDX"))));
  options.size = "28x28";
  EXPECT_THAT([&] { options.validate(); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("of any size")));
  options = {};
  options.patches_per_image = 5;
  EXPECT_THAT([&] { options.validate(); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("--patch 64")));
  options.patch = 5;
  EXPECT_THAT([&] { options.validate(); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("found 5; give 0, or 8 to 4096")));
}

}  // namespace
}  // namespace diabolo
