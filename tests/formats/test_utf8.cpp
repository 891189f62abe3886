#include <gtest/gtest.h>

#include "lib/formats/utf8.hpp"

namespace diabolo::formats {
namespace {

/// `code` in as few bytes as hold it, whether Unicode has it or not.
std::string encoded(uint32_t code, size_t length) {
  if (length == 1) return {static_cast<char>(code)};
  std::string text;
  for (size_t i = 1; i < length; ++i, code >>= 6) {
    text.insert(text.begin(), static_cast<char>(0x80 | (code & 0x3F)));
  }
  const uint32_t marks = 0xF00u >> length & 0xFFu;
  text.insert(text.begin(), static_cast<char>(marks | code));
  return text;
}

TEST(Utf8, IsEveryCodePointInItsShortestFormButSurrogates) {
  const uint32_t limits[] = {0, 0x80, 0x800, 0x10000, 0x200000};
  for (size_t length = 1; length <= 4; ++length) {
    for (uint32_t code = 0; code < limits[length]; ++code) {
      const bool is_shortest = code >= limits[length - 1];
      const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
      const bool is_right = is_shortest && !is_surrogate && code <= 0x10FFFF;
      ASSERT_EQ(is_utf8(encoded(code, length)), is_right) << code << " in " << length;
    }
  }
}

TEST(Utf8, IsWholeCharacters) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\xC3\xA9z\xE6\xB0\xB4\xF0\x9F\x98\x80"));
  for (const char* cut : {"\xC3", "\xE6\xB0", "\xF0\x9F\x98", "\xE6", "\xF0"}) {
    EXPECT_FALSE(is_utf8(cut));
    EXPECT_FALSE(is_utf8(std::string(cut) + "z"));
  }
  for (const char* stray : {"\x80", "\xBF", "\xA9z", "\xC3\xC3", "\xFF", "\xF8\x88\x80\x80\x80"}) {
    EXPECT_FALSE(is_utf8(stray));
  }
}

TEST(AsUtf8, KeepsCharactersAndMarksEveryOtherByte) {
  EXPECT_EQ(as_utf8("a\xC3\xA9z\n"), "a\xC3\xA9z\n");
  EXPECT_EQ(as_utf8("\xE9t\xE9"), "?t?");
  EXPECT_EQ(as_utf8("\xE6\xB0"), "??");
  EXPECT_EQ(as_utf8("\xC3\xC3\xA9"), "?\xC3\xA9");
}

}  // namespace
}  // namespace diabolo::formats
