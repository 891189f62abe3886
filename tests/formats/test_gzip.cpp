#include <gmock/gmock.h>

#include "lib/formats/gzip.hpp"

namespace diabolo::formats {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Does not compress well, so that it takes several steps.
std::string noise(size_t size) {
  std::string text;
  uint32_t state = 1;
  while (text.size() < size) {
    state = state * 1664525u + 1013904223u;
    text += static_cast<char>(state >> 24);
  }
  return text;
}

TEST(Gzip, ComesBackAsItWas) {
  for (const size_t size : {0u, 1u, 100u, 65536u, 65537u, 300000u}) {
    const std::string text = noise(size);
    EXPECT_EQ(gunzip(gzip(text), "a.gz", 300000), text) << size;
  }
}

TEST(Gzip, ReadsWhatTheGzipProgramWrote) {
  // printf hello | gzip, with the file's name, its time and all.
  const std::string file(
      "\x1f\x8b\x08\x08\x15\xcd\x5b\x07\x00\x03"
      "hi\0\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\0\0\0",
      28);
  EXPECT_EQ(gunzip(file, "hi.gz", 5), "hello");
}

TEST(Gzip, IsToldByItsFirstBytes) {
  EXPECT_TRUE(is_gzip(gzip("")));
  EXPECT_FALSE(is_gzip(""));
  EXPECT_FALSE(is_gzip("\x1f"));
  EXPECT_FALSE(is_gzip("\x8b\x1f"));
}

TEST(Gzip, HoldsNoTime) { EXPECT_EQ(gzip("abc").substr(4, 4), std::string(4, '\0')); }

TEST(Gzip, InflatesOnlyWhatIsAskedFor) {
  const std::string file = gzip("header and values");
  GzipReader reader(file, "a.gz");
  std::string got(100, '?');
  EXPECT_EQ(reader.read(got.data(), 6), 6u);
  EXPECT_EQ(got.substr(0, 7), "header?");
  EXPECT_THAT([&] { reader.finish(); }, ThrowsMessage<std::runtime_error>(
                                            "'a.gz' is damaged: it holds more data than expected"));
  EXPECT_EQ(reader.read(got.data(), 100), 10u);
  EXPECT_EQ(got.substr(0, 10), "and values");
  EXPECT_EQ(reader.read(got.data(), 100), 0u);
  reader.finish();
}

TEST(Gzip, IsReadFromAnySourceInSmallPieces) {
  const std::string text = noise(300'000);
  const std::string file = gzip(text);
  size_t largest = 0;
  size_t taken = 0;
  const auto source = [&](char* to, size_t count) {
    const size_t got = file.copy(to, count, taken);
    largest = std::max(largest, count);
    taken += got;
    return got;
  };
  GzipReader reader(source, "a.gz");
  std::string got(text.size(), '?');
  EXPECT_EQ(reader.read(got.data(), 1'000), 1'000u);
  EXPECT_LT(taken, 70'000u);
  EXPECT_LT(reader.used(), 5'000u);
  EXPECT_EQ(reader.read(got.data() + 1'000, got.size()), got.size() - 1'000);
  EXPECT_EQ(got, text);
  reader.finish();
  EXPECT_EQ(reader.used(), file.size());
  EXPECT_LE(largest, size_t{1} << 16);
}

TEST(Gzip, OfExactlyTheAllowedSizeIsRead) {
  EXPECT_EQ(gunzip(gzip(noise(200000)), "a.gz", 200000).size(), 200000u);
  EXPECT_THAT([] { gunzip(gzip(noise(200000)), "a.gz", 199999); },
              ThrowsMessage<std::invalid_argument>(
                  "cannot read 'a.gz': it holds more than the 199,999 bytes allowed"));
}

TEST(Gzip, ThatExpandsAThousandfoldIsStoppedAtTheLimit) {
  const std::string bomb = gzip(std::string(50'000'000, '\0'));
  EXPECT_LT(bomb.size(), 60'000u);
  EXPECT_GT(kMaxGzipRatio * bomb.size(), 50'000'000u);
  EXPECT_THROW(gunzip(bomb, "a.gz", 1000), std::invalid_argument);
  EXPECT_THROW(gunzip(bomb, "a.gz", 0), std::invalid_argument);
}

TEST(Gzip, CutAnywhereIsRefused) {
  const std::string file = gzip("some text, some more text");
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_THAT(
        [&] { gunzip(file.substr(0, size), "a.gz", 100); },
        ThrowsMessage<std::runtime_error>("'a.gz' is damaged: its compressed data ends too early"))
        << size;
  }
}

TEST(Gzip, WithAnyByteChangedIsRefusedOrHoldsTheSame) {
  const std::string text = "some text, some more text";
  const std::string file = gzip(text);
  for (size_t i = 0; i < 256 * file.size(); ++i) {
    std::string changed = file;
    changed[i / 256] = static_cast<char>(i % 256);
    try {
      EXPECT_EQ(gunzip(changed, "a.gz", 100), text) << i;
    } catch (const std::runtime_error&) {
    } catch (const std::invalid_argument&) {
    }
  }
}

TEST(Gzip, WithAWrongChecksumIsRefused) {
  std::string file = gzip("some text");
  file[file.size() - 8] = static_cast<char>(file[file.size() - 8] + 1);
  EXPECT_THAT([&] { gunzip(file, "a.gz", 100); },
              ThrowsMessage<std::runtime_error>(
                  "'a.gz' is damaged: its compressed data is wrong (incorrect data check)"));
}

TEST(Gzip, ThatIsNoneIsRefused) {
  EXPECT_THAT([] { gunzip("plain text", "a.gz", 100); },
              ThrowsMessage<std::runtime_error>(HasSubstr("incorrect header check")));
}

TEST(Gzip, FollowedByAnythingIsRefusedAlsoBeyondThePieceReadLast) {
  std::string text = noise(65'536);
  while (gzip(text).size() > 65'536) text.pop_back();
  ASSERT_EQ(gzip(text).size(), 65'536u);
  EXPECT_THAT([&] { gunzip(gzip(text) + std::string(200'000, 'x'), "a.gz", text.size()); },
              ThrowsMessage<std::runtime_error>(
                  "'a.gz' is damaged: 200,000 bytes follow the compressed data"));
}

TEST(Gzip, FollowedByAnythingIsRefused) {
  EXPECT_THAT(
      [] { gunzip(gzip("a") + "x", "a.gz", 100); },
      ThrowsMessage<std::runtime_error>("'a.gz' is damaged: 1 byte follows the compressed data"));
  EXPECT_THAT(
      [] { gunzip(gzip("a") + gzip("b"), "a.gz", 100); },
      ThrowsMessage<std::runtime_error>("'a.gz' is damaged: 21 bytes follow the compressed data"));
}

}  // namespace
}  // namespace diabolo::formats
