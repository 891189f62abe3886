#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "lib/formats/png.hpp"

namespace diabolo::formats {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// A grey PNG of one black pixel, as Python's zlib and struct make it.
std::string one_pixel() {
  constexpr std::string_view kBytes(
      "\x89PNG\r\n\x1a\n"
      "\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00\x3a\x7e\x9b\x55"
      "\x00\x00\x00\x0aIDAT\x78\x9c\x63\x60\x00\x00\x00\x02\x00\x01\x48\xaf\xa4\x71"
      "\x00\x00\x00\x00IEND\xae\x42\x60\x82",
      67);
  return std::string(kBytes);
}

TEST(Png, ThatIsWholePasses) { EXPECT_NO_THROW(check_png_chunks(one_pixel(), "x.png")); }

TEST(Png, IsToldByItsSignature) {
  EXPECT_TRUE(is_png(one_pixel()));
  EXPECT_FALSE(is_png("\x89PNG\r\n\x1a"));
  EXPECT_FALSE(is_png("GIF89a.........."));
}

TEST(Png, StatesItsSize) {
  std::string bytes = one_pixel();
  bytes[18] = 2;
  EXPECT_EQ(png_size(bytes, "x.png").width, 0x201);
  EXPECT_EQ(png_size(bytes, "x.png").height, 1);
  EXPECT_THAT([&] { png_size(bytes.substr(0, 23), "x.png"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("'x.png' is damaged")));
}

TEST(Png, CutAtAnyLengthIsRefused) {
  const std::string bytes = one_pixel();
  for (size_t length = 8; length < bytes.size(); ++length) {
    EXPECT_THAT([&] { check_png_chunks(bytes.substr(0, length), "x.png"); },
                ThrowsMessage<std::runtime_error>(HasSubstr("cut short")))
        << length;
  }
}

TEST(Png, ChangedInAnyByteIsRefused) {
  for (size_t at = 8; at < one_pixel().size(); ++at) {
    for (const int flip : {1, 0x20, 0x80, 0xff}) {
      std::string bytes = one_pixel();
      bytes[at] = static_cast<char>(bytes[at] ^ flip);
      EXPECT_THROW(check_png_chunks(bytes, "x.png"), std::runtime_error) << at << " " << flip;
    }
  }
}

TEST(Png, WithBytesBehindItsEndIsRefused) {
  EXPECT_THAT([] { check_png_chunks(one_pixel() + "x", "x.png"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("behind the end")));
}

}  // namespace
}  // namespace diabolo::formats
