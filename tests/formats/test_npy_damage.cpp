#include <gmock/gmock.h>

#include "lib/formats/gzip.hpp"
#include "lib/formats/npy.hpp"
#include "tests/formats/npy_bytes.hpp"

namespace diabolo::formats {
namespace {

using testing::AnyOf;
using testing::StartsWith;
using testing::ThrowsMessage;

void expect_damaged(const std::string& bytes, const std::string& why) {
  const NpyFile file(bytes);
  EXPECT_THAT([&] { file.header(); },
              ThrowsMessage<std::runtime_error>("'" + file.path() + "' is damaged: " + why));
}

void expect_not_npy(const std::string& bytes, const std::string& why) {
  const NpyFile file(bytes);
  EXPECT_THAT([&] { file.header(); }, ThrowsMessage<std::invalid_argument>(
                                          "'" + file.path() + "' is not an NPY file: " + why));
}

TEST(DamagedNpy, CutAnywhereIsRefused) {
  const std::string whole = small_npy();
  const NpyFile file(whole);
  const std::string name = "'" + file.path() + "' is ";
  for (size_t size = 0; size < whole.size(); ++size) {
    file.become(whole.substr(0, size));
    EXPECT_THAT([&] { file.header(); },
                ThrowsMessage<std::exception>(
                    AnyOf(StartsWith(name + "damaged: "), StartsWith(name + "not an NPY file: "))))
        << size;
  }
}

TEST(DamagedNpy, WithAnyByteChangedIsRefusedOrHasAsManyNumbersAsItSays) {
  const std::string whole = small_npy();
  const NpyFile file(whole);
  size_t refused = 0;
  for (size_t i = 0; i < 256 * whole.size(); ++i) {
    std::string changed = whole;
    changed[i / 256] = static_cast<char>(i % 256);
    file.become(changed);
    try {
      const NpyHeader header = file.header();
      ASSERT_EQ(header.count() * size_of(header.dtype), 24u) << i / 256 << " is " << i % 256;
      ASSERT_EQ(file.floats().size(), header.count());
    } catch (const std::runtime_error&) {
      ++refused;
    } catch (const std::invalid_argument&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 250 * (whole.size() - 24));
}

TEST(DamagedNpy, ThatIsOneByteShortOrLongSaysSo) {
  expect_damaged(small_npy().substr(0, 151), "1 byte is missing: F32 2 x 3 takes 24, 23 found");
  expect_damaged(small_npy().substr(0, 128), "24 bytes are missing: F32 2 x 3 takes 24, 0 found");
  expect_damaged(small_npy() + "x", "1 byte follows the 24 that F32 2 x 3 takes");
  expect_damaged(small_npy() + "xy", "2 bytes follow the 24 that F32 2 x 3 takes");
}

TEST(DamagedNpy, OfAnotherKindIsToldApart) {
  expect_not_npy("", R"(it does not begin with '\x93NUMPY')");
  expect_not_npy("\x93NUMP", R"(it does not begin with '\x93NUMPY')");
  expect_not_npy("\x89PNG and more", R"(it does not begin with '\x93NUMPY')");
  expect_not_npy(gzip(small_npy()), "it is compressed by gzip");
  EXPECT_THAT([] { NpyReader("/"); },
              ThrowsMessage<std::invalid_argument>("cannot read '/': Is a directory"));
  EXPECT_THAT([] { NpyReader("no.npy"); }, ThrowsMessage<std::invalid_argument>(
                                               "cannot read 'no.npy': No such file or directory"));
}

TEST(DamagedNpy, OfAnotherVersionIsRefused) {
  const auto expect_version = [](const std::string& bytes, const std::string& version) {
    const NpyFile file(std::string("\x93NUMPY") + bytes + std::string(20, ' '));
    EXPECT_THAT([&] { file.header(); }, ThrowsMessage<std::invalid_argument>(
                                            "cannot read '" + file.path() + "': it is of NPY " +
                                            "version " + version + "; 1.0, 2.0 and 3.0 are read"));
  };
  expect_version(std::string("\0\0", 2), "0.0");
  expect_version(std::string("\4\0", 2), "4.0");
  expect_version("\1\1", "1.1");
  expect_version("\xff\xff", "255.255");
}

TEST(DamagedNpy, ThatEndsWithinItsHeaderSaysSo) {
  expect_damaged(small_npy().substr(0, 6), "it ends after 6 bytes, within its header");
  expect_damaged(small_npy().substr(0, 9), "it ends after 9 bytes, within its header");
  expect_damaged(npy_of("{}", "", 2).substr(0, 11), "it ends after 11 bytes, within its header");
  expect_damaged(small_npy().substr(0, 100),
                 "its header is said to be 118 bytes long, 90 are there");
}

TEST(DamagedNpy, WithAHugeHeaderIsRefusedBeforeMemoryIsTaken) {
  expect_damaged(
      std::string("\x93NUMPY\2\0\xff\xff\xff\xff{}", 14),
      "its header is said to be 4,294,967,295 bytes long, at most 1,000,000 are allowed");
  const std::string header = dictionary_of("<f4", "(0,)");
  EXPECT_NO_THROW(NpyFile(npy_of(header + std::string(900'000, ' '), "", 2)).header());
}

TEST(DamagedNpy, WithLengthsThatTheFileCannotHoldIsRefusedBeforeMemoryIsTaken) {
  expect_damaged(npy_of(dictionary_of("<f4", "(1000000000000, 3)"), "abcd"),
                 "11,999,999,999,996 bytes are missing: F32 1000000000000 x 3 takes "
                 "12,000,000,000,000, 4 found");
}

TEST(DamagedNpy, WithLengthsWhoseProductIsTooLargeIsRefused) {
  const std::string most = "9223372036854775807";
  expect_damaged(npy_of(dictionary_of("|u1", "(" + most + ", 2)")),
                 "its header declares U8 " + most + " x 2: too many");
  expect_damaged(npy_of(dictionary_of("<f4", "(" + most + ",)")),
                 "its header declares F32 " + most + ": too many");
  // No numbers, but the size of a part has overflowed.
  expect_damaged(npy_of(dictionary_of("|u1", "(0, " + most + ", 2)")),
                 "its header declares U8 0 x " + most + " x 2: too many");
  EXPECT_EQ(NpyFile(npy_of(dictionary_of("|u1", "(0, " + most + ")"))).header().count(), 0u);
}

}  // namespace
}  // namespace diabolo::formats
