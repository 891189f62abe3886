#include <gmock/gmock.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "lib/data/image_file.hpp"
#include "lib/formats/file.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {
namespace {

using formats::ImageFormat;
using formats::read_file;
using formats::TemporaryFolder;
using formats::write_file_atomically;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr uint64_t kSmallImage = 1 << 20;

/// Red, green and blue ramps that differ, of 8 or 16 bits.
cv::Mat ramps(int channels, int depth) {
  cv::Mat image(9, 11, CV_MAKETYPE(depth, channels));
  const int step = depth == CV_16U ? 557 : 2;
  for (int y = 0; y < image.rows; ++y) {
    for (int i = 0; i < image.cols * channels; ++i) {
      const int value = step * (y * 5 + i / channels + 7 * (i % channels));
      if (depth == CV_16U) {
        image.ptr<uint16_t>(y)[i] = static_cast<uint16_t>(value);
      } else {
        image.ptr<uint8_t>(y)[i] = static_cast<uint8_t>(value);
      }
    }
  }
  return image;
}

template <typename Error>
void expect_file_refused(const std::filesystem::path& path, const std::string& part) {
  EXPECT_THAT(
      [&] { read_image_file(path); },
      ThrowsMessage<Error>(testing::AllOf(HasSubstr(path.filename().string()), HasSubstr(part))));
}

TEST(ImageFile, ComesBackToTheBitInEachFormatAndDepthWithoutLoss) {
  const TemporaryFolder folder;
  for (const std::string name : {"a.png", "a.pgm", "a.ppm"}) {
    for (const int channels : {1, 3}) {
      if (name != "a.png" && (channels == 1) != (name == "a.pgm")) continue;
      for (const int depth : {CV_8U, CV_16U}) {
        const auto path = folder / name;
        const cv::Mat wanted = ramps(channels, depth);
        ASSERT_TRUE(cv::imwrite(path.string(), wanted));
        const ImageFile image = read_image_file(path);
        EXPECT_EQ(image.pixels.sizes(), (std::vector<int64_t>{channels, 9, 11}));
        EXPECT_EQ(image.deep, depth == CV_16U);
        write_image_file(path, image);
        const cv::Mat found = cv::imread(path.string(), cv::IMREAD_UNCHANGED);
        ASSERT_EQ(found.type(), wanted.type());
        EXPECT_EQ(cv::norm(found, wanted, cv::NORM_INF), 0) << name << channels << depth;
      }
    }
  }
}

TEST(ImageFile, HasRedFirstAndWhiteAtOne) {
  const TemporaryFolder folder;
  const cv::Mat blue_green_red(2, 2, CV_8UC3, cv::Scalar(0, 51, 255));
  ASSERT_TRUE(cv::imwrite((folder / "a.png").string(), blue_green_red));
  const auto pixels = read_image_file(folder / "a.png").pixels;
  EXPECT_NEAR(pixels[0][0][0].item<double>(), 1.0, 1e-6);
  EXPECT_NEAR(pixels[1][1][1].item<double>(), 0.2, 1e-6);
  EXPECT_NEAR(pixels[2][0][1].item<double>(), 0.0, 1e-6);
}

TEST(ImageFile, StaysAJpegAndClose) {
  const TemporaryFolder folder;
  const cv::Mat wanted = ramps(3, CV_8U);
  ASSERT_TRUE(cv::imwrite((folder / "a.jpeg").string(), wanted));
  const ImageFile image = read_image_file(folder / "a.jpeg");
  EXPECT_EQ(image.format, ImageFormat::kJpeg);
  write_image_file(folder / "b.jpeg", image);
  EXPECT_TRUE(is_image_file(folder / "b.jpeg"));
  EXPECT_EQ(read_image_file(folder / "b.jpeg").format, ImageFormat::kJpeg);
  EXPECT_LT(cv::norm(cv::imread((folder / "b.jpeg").string()), wanted, cv::NORM_INF), 40);
}

TEST(ImageFile, OfAnyOtherKindIsNamedWithWhatIsWrong) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "empty.png", "");
  expect_file_refused<std::runtime_error>(folder / "empty.png", "it is empty");
  write_file_atomically(folder / "text.jpg", "no image at all");
  expect_file_refused<std::invalid_argument>(folder / "text.jpg", "not a PNG, JPEG or binary PNM");
  const cv::Mat alpha(4, 4, CV_8UC4, cv::Scalar(1, 2, 3, 4));
  ASSERT_TRUE(cv::imwrite((folder / "alpha.png").string(), alpha));
  expect_file_refused<std::invalid_argument>(folder / "alpha.png", "alpha channel");
  write_file_atomically(folder / "odd.pgm", "P5 2 2 4095\nxxxxxxxx");
  expect_file_refused<std::invalid_argument>(folder / "odd.pgm", "white is 4095; 255 and 65535");
}

TEST(ImageFile, CutAnywhereIsDamaged) {
  const TemporaryFolder folder;
  for (const std::string name : {"a.png", "a.jpg", "a.ppm"}) {
    ASSERT_TRUE(cv::imwrite((folder / name).string(), ramps(3, CV_8U)));
    const std::string whole = read_file(folder / name, kSmallImage);
    for (const size_t length : {whole.size() - 3, whole.size() / 2, size_t{20}, size_t{8}}) {
      write_file_atomically(folder / name, whole.substr(0, length));
      expect_file_refused<std::runtime_error>(folder / name, "damaged");
    }
  }
}

TEST(ImageFile, InCmykIsRefusedBeforeItIsDecoded) {
  const TemporaryFolder folder;
  ASSERT_TRUE(cv::imwrite((folder / "a.jpg").string(), ramps(3, CV_8U)));
  std::string bytes = read_file(folder / "a.jpg", kSmallImage);
  const size_t frame = bytes.find("\xff\xc0");
  ASSERT_NE(frame, std::string::npos);
  bytes[frame + 9] = 4;
  write_file_atomically(folder / "a.jpg", bytes);
  expect_file_refused<std::invalid_argument>(folder / "a.jpg", "CMYK");
}

TEST(ImageFile, BeyondTheLimitIsRefusedBeforeItIsDecoded) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.ppm", "P6 60000 60000 255\n");
  expect_file_refused<std::runtime_error>(folder / "a.ppm", "cut short");
}

TEST(ImageFiles, OfAFolderAreListedByName) {
  const TemporaryFolder folder;
  for (const char* name : {"c.PNG", "a.jpg", "b.pgm", "notes.txt"}) {
    write_file_atomically(folder / name, "");
  }
  std::filesystem::create_directory(folder / "d.png");
  std::vector<std::string> names;
  for (const auto& path : image_files(folder / "")) names.push_back(path.filename().string());
  EXPECT_THAT(names, ElementsAre("a.jpg", "b.pgm", "c.PNG"));
  EXPECT_TRUE(is_image_file(folder / "a.jpg"));
  EXPECT_FALSE(is_image_file(folder / "notes.txt"));
  EXPECT_THROW(image_files(folder / "d.png"), std::invalid_argument);
}

TEST(ImageFile, IsResizedToAFlatAverage) {
  ImageFile image{.pixels = torch::arange(16, torch::kFloat32).view({1, 4, 4}) / 16};
  resize_image(image, {.height = 2, .width = 2});
  EXPECT_TRUE(torch::allclose(image.pixels[0] * 16, torch::tensor({{2.5F, 4.5F}, {10.5F, 12.5F}})));
}

}  // namespace
}  // namespace diabolo
