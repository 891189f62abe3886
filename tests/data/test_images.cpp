#include <gmock/gmock.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "lib/data/image_io.hpp"
#include "lib/formats/file.hpp"
#include "tests/data/samples.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

using formats::read_file;
using formats::TemporaryFolder;
using formats::write_file_atomically;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr uint64_t kSmallFile = 1 << 20;

std::string bytes_of_image(int64_t channels, int64_t height, int64_t width) {
  const TemporaryFolder folder;
  write_png(folder / "a.png", noisy_bytes({1, channels, height, width})[0]);
  return read_file(folder / "a.png", kSmallFile);
}

/// A PNG whose header states another size than its data have.
std::string png_stating(uint32_t width, uint32_t height) {
  std::string bytes = bytes_of_image(1, 4, 4);
  for (int i = 0; i < 4; ++i) {
    bytes[static_cast<size_t>(16 + i)] = static_cast<char>(width >> (24 - 8 * i));
    bytes[static_cast<size_t>(20 + i)] = static_cast<char>(height >> (24 - 8 * i));
  }
  // The checksum of the header chunk, so that nothing but its size is odd: CRC-32 of 17 bytes.
  uint32_t crc = 0xffffffff;
  for (size_t i = 12; i < 29; ++i) {
    crc ^= static_cast<unsigned char>(bytes[i]);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc % 2 == 1 ? 0xedb88320 : 0);
  }
  for (int i = 0; i < 4; ++i) {
    bytes[static_cast<size_t>(29 + i)] = static_cast<char>(~crc >> (24 - 8 * i));
  }
  return bytes;
}

void write_mat(const fs::path& path, const cv::Mat& image) {
  ASSERT_TRUE(cv::imwrite(path.string(), image));
}

template <typename Error>
void expect_refused(const fs::path& path, const std::string& part) {
  testing::internal::CaptureStderr();
  EXPECT_THAT([&] { read_images({path}); },
              ThrowsMessage<Error>(AllOf(HasSubstr(path.string()), HasSubstr(part))));
  testing::internal::GetCapturedStderr();  // libpng complains there, too.
}

TEST(Images, GreyAndRgbFilesComeBackAsTheyWereWritten) {
  for (const int64_t channels : {1, 3}) {
    const TemporaryFolder folder;
    const auto images = noisy_bytes({3, channels, 5, 7});
    // Written out of order: files are read in the order of their names.
    write_png(folder / "c.png", images[2]);
    write_png(folder / "a.PNG", images[0]);
    write_png(folder / "deep/b.png", images[1]);
    fs::rename(folder / "deep/b.png", folder / "b.png");
    write_file_atomically(folder / "notes.txt", "not an image, nor named as one");
    const Dataset dataset = read_image_folder(folder.path());
    EXPECT_TRUE(torch::equal(dataset.samples, images));
    EXPECT_THAT(dataset.sample_names, ElementsAre("a.PNG", "b.png", "c.png"));
    EXPECT_EQ(dataset.name, folder.path().string());
  }
}

TEST(Images, KeepRedApartFromBlue) {
  const TemporaryFolder folder;
  auto red = torch::zeros({3, 2, 2}, torch::kUInt8);
  red[0].fill_(200);
  write_png(folder / "red.png", red);
  EXPECT_EQ(cv::imread((folder / "red.png").string()).at<cv::Vec3b>(0, 0), cv::Vec3b(0, 0, 200));
  EXPECT_TRUE(torch::equal(read_images({folder / "red.png"}).samples[0], red));
}

TEST(Images, OfMixedSizeAreRefusedNamingBothFilesAndTheWayOut) {
  const TemporaryFolder folder;
  write_png(folder / "a.png", noisy_bytes({1, 1, 4, 5})[0]);
  write_png(folder / "b.png", noisy_bytes({1, 1, 5, 4})[0]);
  EXPECT_THAT([&] { read_image_folder(folder.path()); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("b.png' is 5 x 4 grey"),
                                                         HasSubstr("a.png' is 4 x 5 grey"),
                                                         HasSubstr("--size HEIGHTxWIDTH"))));
  const Dataset resized = read_image_folder(folder.path(), ImageSize{3, 6});
  EXPECT_THAT(resized.sample_shape(), ElementsAre(1, 3, 6));
}

TEST(Images, OfMixedColourAreRefused) {
  const TemporaryFolder folder;
  write_png(folder / "a.png", noisy_bytes({1, 1, 4, 4})[0]);
  write_png(folder / "b.png", noisy_bytes({1, 3, 4, 4})[0]);
  for (const auto& size : {std::optional<ImageSize>{}, std::optional(ImageSize{8, 8})}) {
    EXPECT_THAT([&] { read_image_folder(folder.path(), size); },
                ThrowsMessage<std::invalid_argument>(
                    AllOf(HasSubstr("RGB, but"), HasSubstr("all must be grey, or all RGB"))));
  }
}

TEST(Images, AreAveragedWhenMadeSmaller) {
  const TemporaryFolder folder;
  write_png(folder / "a.png",
            torch::tensor({{{10, 20, 100, 120}, {30, 40, 140, 160}}}, torch::kUInt8));
  const auto small = read_images({folder / "a.png"}, ImageSize{1, 2}).samples;
  EXPECT_TRUE(torch::equal(small, torch::tensor({25, 130}, torch::kUInt8).view({1, 1, 1, 2})));
}

TEST(Images, WithAnAlphaChannelAreRefused) {
  const TemporaryFolder folder;
  write_mat(folder / "a.png", cv::Mat(4, 4, CV_8UC4, cv::Scalar(1, 2, 3, 128)));
  expect_refused<std::invalid_argument>(folder / "a.png", "alpha");
}

TEST(Images, OfSixteenBitsBecomeEight) {
  const TemporaryFolder folder;
  cv::Mat image(1, 3, CV_16UC1);
  image.at<uint16_t>(0, 0) = 0;
  image.at<uint16_t>(0, 1) = 257 * 100;
  image.at<uint16_t>(0, 2) = 65535;
  write_mat(folder / "a.png", image);
  const auto wanted = torch::tensor({0, 100, 255}, torch::kUInt8);
  EXPECT_TRUE(torch::equal(read_images({folder / "a.png"}).samples.flatten(), wanted));
}

TEST(Images, OfTooManyPixelsAreRefusedByTheirHeader) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "big.png", png_stating(100000, 100000));
  expect_refused<std::invalid_argument>(folder / "big.png", "100000 x 100000 pixels; at most");
  write_file_atomically(folder / "big.png", png_stating(10001, 10000));
  expect_refused<std::invalid_argument>(folder / "big.png", "10000 x 10001 pixels");
  write_file_atomically(folder / "big.png", png_stating(0xffffffff, 0xffffffff));
  expect_refused<std::invalid_argument>(folder / "big.png", "pixels; at most");
}

TEST(Images, LongerThanTheDecoderTakesAreRefused) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "long.png", png_stating(2'000'000, 2));
  expect_refused<std::invalid_argument>(folder / "long.png", "1000000 a side");
}

TEST(Images, WithoutAnyPixelsAreRefused) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "none.png", png_stating(0, 4));
  expect_refused<std::runtime_error>(folder / "none.png", "");
}

TEST(Images, ThatAreNoPngAreRefusedWhateverTheirName) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "text.png", "This is no picture.");
  expect_refused<std::invalid_argument>(folder / "text.png", "not a PNG image");
  write_mat(folder / "a.bmp", cv::Mat(4, 4, CV_8UC1, cv::Scalar(9)));
  fs::rename(folder / "a.bmp", folder / "bitmap.png");
  expect_refused<std::invalid_argument>(folder / "bitmap.png", "not a PNG image");
  write_file_atomically(folder / "empty.png", "");
  expect_refused<std::invalid_argument>(folder / "empty.png", "not a PNG image");
  expect_refused<std::invalid_argument>(folder / "missing.png", "No such file");
  EXPECT_FALSE(is_png(folder / "text.png"));
}

TEST(Images, CutShortAnywhereAreRefused) {
  const TemporaryFolder folder;
  const std::string bytes = bytes_of_image(3, 20, 20);
  testing::internal::CaptureStderr();  // libpng complains there, too.
  for (size_t length = 8; length + 12 < bytes.size(); length += 37) {
    write_file_atomically(folder / "cut.png", bytes.substr(0, length));
    EXPECT_THROW(read_images({folder / "cut.png"}), std::runtime_error) << length;
  }
  testing::internal::GetCapturedStderr();
}

TEST(Images, WithADamagedByteOfDataAreRefused) {
  const TemporaryFolder folder;
  const std::string bytes = bytes_of_image(1, 20, 20);
  testing::internal::CaptureStderr();
  for (size_t at = 41; at + 20 < bytes.size(); at += 31) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    write_file_atomically(folder / "a.png", damaged);
    EXPECT_THROW(read_images({folder / "a.png"}), std::runtime_error) << at;
  }
  testing::internal::GetCapturedStderr();
}

TEST(Images, MustBeInTheFolder) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { read_image_folder(folder.path()); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("holds no .png images")));
}

TEST(WritePng, ReplacesAFileAndLeavesNothingBeside) {
  const TemporaryFolder folder;
  write_png(folder / "a.png", noisy_bytes({1, 1, 4, 4})[0]);
  const auto image = noisy_bytes({1, 3, 6, 4})[0].flip(1);  // Not contiguous in memory either.
  write_png(folder / "a.png", image);
  EXPECT_TRUE(torch::equal(read_images({folder / "a.png"}).samples[0], image));
  EXPECT_THAT(folder.names(), ElementsAre("a.png"));
}

TEST(ImageSize, IsReadAsHeightByWidth) {
  EXPECT_EQ(parse_image_size("28x32").height, 28);
  EXPECT_EQ(parse_image_size("28x32").width, 32);
  EXPECT_EQ(parse_image_size("16").width, 16);
}

TEST(ImageSize, RefusesWhatIsNoSize) {
  for (const char* text : {"", "x", "28x", "x28", "28x28x3", "28*28", "0x5", "5x0", "-2x-2",
                           "100000x100000", "9223372036854775807x9223372036854775807"}) {
    EXPECT_THAT([&] { parse_image_size(text); }, ThrowsMessage<std::invalid_argument>(HasSubstr(
                                                     "'" + std::string(text) + "' is not a size")))
        << text;
  }
}

}  // namespace
}  // namespace diabolo
