#include <gmock/gmock.h>

#include "lib/formats/image_header.hpp"

namespace diabolo::formats {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

/// Start, a comment segment, a frame of the given components, 300 x 200, and an end.
std::string jpeg(int components) {
  return bytes({0xff, 0xd8, 0xff, 0xfe, 0,   4, 'h', 'i',        0xff, 0xff, 0xc2,
                0,    8,    8,    0,    200, 1, 44,  components, 0xff, 0xd9});
}

TEST(ImageHeader, ReadsTheSizeOfAJpegBehindOtherSegments) {
  const ImageHeader header = read_image_header(jpeg(3), "a.jpg");
  EXPECT_EQ(header.format, ImageFormat::kJpeg);
  EXPECT_EQ(header.width, 300);
  EXPECT_EQ(header.height, 200);
}

TEST(ImageHeader, ReadsAPnmWithComments) {
  const std::string text = "P5\n# made by hand\n3 # wide\n2\n255\nabcdef";
  const ImageHeader header = read_image_header(text, "a.pgm");
  EXPECT_EQ(header.format, ImageFormat::kPnm);
  EXPECT_EQ(header.width, 3);
  EXPECT_EQ(header.height, 2);
  EXPECT_THROW(read_image_header(text.substr(0, text.size() - 1), "a.pgm"), std::runtime_error);
  EXPECT_THROW(read_image_header("P6 3 2 255\nabcdef", "a.ppm"), std::runtime_error);
  EXPECT_THROW(read_image_header("P5 1 1 65535\nx", "a.pgm"), std::runtime_error);
  EXPECT_NO_THROW(read_image_header("P5 1 1 65535\nxy", "a.pgm"));
}

TEST(ImageHeader, SaysWhatIsWrong) {
  const auto expect = [](const std::string& file, const std::string& part) {
    try {
      read_image_header(file, "a");
      ADD_FAILURE() << part;
    } catch (const std::exception& error) {
      EXPECT_THAT(error.what(), HasSubstr(part));
    }
  };
  expect("", "it is empty");
  expect("GIF89a", "not a PNG, JPEG or binary PNM");
  expect(jpeg(4), "CMYK");
  expect(jpeg(3).substr(0, 19), "cut short");
  expect(jpeg(3).substr(0, 12), "no frame");
  expect("P5 3", "within its header");
  expect("P5 # no end", "within its header");
  expect("P5 -3 2 255\n", "within its header");
  expect("P5 99999999999 2 255\n", "no use");
  expect("P5 2 2 15\nabcd", "white is 15");
  expect("P5 99999999999999999999 2 255\n", "within its header");
}

TEST(ImageHeader, KnowsImagesByTheirFirstBytes) {
  EXPECT_TRUE(is_image("P6 "));
  EXPECT_TRUE(is_image(jpeg(3)));
  EXPECT_TRUE(is_image("\x89PNG\r\n\x1a\n"));
  EXPECT_FALSE(is_image("P3 1 1 255 0 0 0"));
  EXPECT_FALSE(is_image(""));
}

}  // namespace
}  // namespace diabolo::formats
