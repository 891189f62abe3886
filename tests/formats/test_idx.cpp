#include <gmock/gmock.h>

#include "lib/formats/file.hpp"
#include "lib/formats/gzip.hpp"
#include "lib/formats/idx.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

constexpr const char* kNotIdx = "'a.idx' is not an IDX file of unsigned bytes: ";
constexpr const char* kDamaged = "'a.idx' is damaged: ";

/// A header of unsigned bytes with these lengths.
std::string header_of(const std::vector<uint32_t>& lengths, char type = 8) {
  std::string header{0, 0, type, static_cast<char>(lengths.size())};
  for (const uint32_t length : lengths) {
    for (const int shift : {24, 16, 8, 0}) header += static_cast<char>(length >> shift & 0xff);
  }
  return header;
}

/// 2 x 1 x 3 values, written out.
const std::string kSmall(
    "\0\0\x08\x03"
    "\0\0\0\x02"
    "\0\0\0\x01"
    "\0\0\0\x03"
    "\x01\x02\x03\x7f\x80\xff",
    22);

IdxArray small_array() { return {.shape = {2, 1, 3}, .values = {1, 2, 3, 127, 128, 255}}; }

void expect_not_idx(const std::string& bytes, const std::string& why) {
  EXPECT_THAT([&] { parse_idx(bytes, "a.idx"); },
              ThrowsMessage<std::invalid_argument>(kNotIdx + why));
}

void expect_damaged(const std::string& bytes, const std::string& why) {
  EXPECT_THAT([&] { parse_idx(bytes, "a.idx"); },
              ThrowsMessage<std::runtime_error>(kDamaged + why));
}

TEST(Idx, ParsesBytesWrittenByHand) {
  EXPECT_EQ(parse_idx(kSmall, "a.idx"), small_array());
  EXPECT_EQ(parse_idx(gzip(kSmall), "a.idx"), small_array());
}

TEST(Idx, WritesTheBytesOfTheFormat) {
  const TemporaryFolder folder;
  write_idx(folder / "a.idx", small_array());
  EXPECT_EQ(read_file(folder / "a.idx", 100), kSmall);
  write_idx(folder / "a.idx.gz", small_array());
  EXPECT_EQ(gunzip(read_file(folder / "a.idx.gz", 100), "", 100), kSmall);
}

TEST(Idx, ReadsFilesByContentAndNotByName) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "plain.gz", kSmall);
  write_file_atomically(folder / "compressed", gzip(kSmall));
  EXPECT_EQ(read_idx(folder / "plain.gz"), small_array());
  EXPECT_EQ(read_idx(folder / "compressed"), small_array());
}

TEST(Idx, ReadsOneToFourDimensions) {
  EXPECT_THAT(parse_idx(header_of({2}) + "ab", "a").values, ElementsAre('a', 'b'));
  EXPECT_THAT(parse_idx(header_of({1, 2}) + "ab", "a").shape, ElementsAre(1, 2));
  EXPECT_THAT(parse_idx(header_of({1, 2, 1, 2}) + "abcd", "a").shape, ElementsAre(1, 2, 1, 2));
  expect_not_idx(header_of({}), "it has 0 dimensions, 1 to 4 are needed");
  expect_not_idx(header_of({1, 1, 1, 1, 1}) + "a", "it has 5 dimensions, 1 to 4 are needed");
}

TEST(Idx, ReadsLengthsAbove255) {
  const std::string values(70000, 'v');
  EXPECT_THAT(parse_idx(header_of({70000}) + values, "a").shape, ElementsAre(70000));
}

TEST(Idx, MayHoldNoSamplesButNoEmptyOnes) {
  EXPECT_THAT(parse_idx(header_of({0, 28, 28}), "a").shape, ElementsAre(0, 28, 28));
  EXPECT_THAT(parse_idx(gzip(header_of({0, 28, 28})), "a").shape, ElementsAre(0, 28, 28));
  expect_damaged(header_of({2, 0, 28}), "its shape is 2 x 0 x 28, only the first length may be 0");
  expect_damaged(header_of({0, 28, 0}), "its shape is 0 x 28 x 0, only the first length may be 0");
}

TEST(Idx, RefusesOtherKindsOfFile) {
  expect_not_idx("", "it holds 0 bytes, at least 8 are needed");
  expect_not_idx("abc", "it holds 3 bytes, at least 8 are needed");
  expect_not_idx("\x89PNG\r\n\x1a\n", "it does not begin with two zero bytes");
  expect_not_idx(std::string("\0PNG", 4), "it does not begin with two zero bytes");
  expect_not_idx(gzip("a,b,c"), "it does not begin with two zero bytes");
}

TEST(Idx, RefusesOtherTypesAndNamesThem) {
  const auto expect_type = [](char type, const std::string& name) {
    expect_not_idx(header_of({1}, type) + "a",
                   "its values are of type " + name + ", 0x08 is needed");
  };
  expect_type(0x09, "0x09 (signed bytes)");
  expect_type(0x0B, "0x0B (16-bit integers)");
  expect_type(0x0C, "0x0C (32-bit integers)");
  expect_type(0x0D, "0x0D (32-bit floats)");
  expect_type(0x0E, "0x0E (64-bit floats)");
  expect_type('\xff', "0xFF (an unknown type)");
}

TEST(Idx, RefusesAFileOneByteShort) {
  expect_damaged(kSmall.substr(0, 21), "1 byte is missing: 16 + 2 x 1 x 3 = 22 needed, 21 found");
  expect_damaged(gzip(kSmall.substr(0, 21)),
                 "1 byte is missing: 16 + 2 x 1 x 3 = 22 needed, 21 found");
}

TEST(Idx, RefusesAFileOneByteLong) {
  expect_damaged(kSmall + "x", "1 byte follows the 16 + 2 x 1 x 3 = 22 needed");
  expect_damaged(kSmall + "xy", "2 bytes follow the 16 + 2 x 1 x 3 = 22 needed");
  expect_damaged(gzip(kSmall + "xy"), "more data follows the 16 + 2 x 1 x 3 = 22 needed");
}

TEST(Idx, SaysHowManyBytesAreMissing) {
  expect_damaged(header_of({2, 28, 28}) + std::string(568, 'v'),
                 "1,000 bytes are missing: 16 + 2 x 28 x 28 = 1,584 needed, 584 found");
}

TEST(Idx, CutAnywhereIsRefusedWithOneErrorWhetherInAFileOrInMemory) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.idx").string();
  for (const std::string& whole : {kSmall, gzip(kSmall)}) {
    for (size_t size = 0; size < whole.size(); ++size) {
      const std::string bytes = whole.substr(0, size);
      write_file_atomically(path, bytes);
      std::string of_memory = "none";
      std::string of_file = "none";
      try {
        parse_idx(bytes, path);
      } catch (const std::exception& error) {
        of_memory = error.what();
      }
      try {
        read_idx(path);
      } catch (const std::exception& error) {
        of_file = error.what();
      }
      EXPECT_NE(of_memory, "none") << size;
      EXPECT_EQ(of_file, of_memory) << size;
    }
  }
}

TEST(Idx, CutInItsHeaderSaysSo) {
  expect_damaged(kSmall.substr(0, 6), "its header ends after 6 bytes, 16 are needed");
}

TEST(Idx, RefusesLengthsWhoseProductIsTooLarge) {
  const uint32_t most = 0xFFFFFFFF;
  const std::string product = "4,294,967,295 x 4,294,967,295 x 4,294,967,295 x 4,294,967,295";
  for (const std::string& file :
       {header_of({most, most, most, most}), gzip(header_of({most, most, most, most}))}) {
    expect_damaged(file, "its header declares 20 + " + product + " bytes: too many");
  }
  // No samples: the product is 0, but a sample's size has overflowed.
  EXPECT_THROW(parse_idx(header_of({0, most, most, most}), "a"), std::runtime_error);
}

TEST(Idx, RefusesLengthsThatTheFileCannotHoldBeforeMemoryIsTaken) {
  const uint32_t most = 0xFFFFFFFF;
  expect_damaged(header_of({most, 28, 28}) + "abc",
                 "3,367,254,359,277 bytes are missing: 16 + 4,294,967,295 x 28 x 28 = "
                 "3,367,254,359,296 needed, 19 found");
  const std::string small = gzip(header_of({most}));
  expect_damaged(small,
                 "its header declares 8 + 4,294,967,295 = 4,294,967,303 bytes, a gzip file "
                 "of this size holds at most " +
                     std::to_string(small.size() * 1032 / 1000) + "," +
                     std::to_string(small.size() * 1032 % 1000));
}

TEST(Idx, StopsAGzipBombAtTheDeclaredSize) {
  const std::string bomb = gzip(kSmall + std::string(50'000'000, '\0'));
  expect_damaged(bomb, "more data follows the 16 + 2 x 1 x 3 = 22 needed");
}

TEST(Idx, RefusesGzipFollowedByAnything) {
  expect_damaged(gzip(kSmall) + "xy", "2 bytes follow the compressed data");
}

TEST(Idx, ReadsNoFolderAndNoMissingFile) {
  EXPECT_THAT([] { read_idx("/"); },
              ThrowsMessage<std::invalid_argument>("cannot read '/': Is a directory"));
  EXPECT_THAT([] { read_idx("no.idx"); }, ThrowsMessage<std::invalid_argument>(
                                              "cannot read 'no.idx': No such file or directory"));
}

void expect_not_written(const IdxArray& array, const std::string& why) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.idx").string();
  EXPECT_THAT([&] { write_idx(path, array); },
              ThrowsMessage<std::invalid_argument>("cannot write '" + path + "': " + why));
  EXPECT_TRUE(folder.names().empty());
}

TEST(Idx, IsNotWrittenWithAWrongShape) {
  expect_not_written({.shape = {}, .values = {}}, "an IDX array has 1 to 4 dimensions, not 0");
  expect_not_written({.shape = {1, 1, 1, 1, 1}, .values = {1}},
                     "an IDX array has 1 to 4 dimensions, not 5");
  expect_not_written({.shape = {-1}, .values = {}}, "an IDX dimension cannot be -1 long");
  expect_not_written({.shape = {1, 0}, .values = {}}, "an IDX dimension cannot be 0 long");
  expect_not_written({.shape = {int64_t{1} << 32}, .values = {}},
                     "an IDX dimension cannot be 4294967296 long");
  expect_not_written({.shape = {2, 2}, .values = {1, 2, 3}},
                     "its shape needs 12 + 2 x 2 bytes, 15 are there");
}

TEST(Idx, OfNoSamplesComesBack) {
  const TemporaryFolder folder;
  const IdxArray none{.shape = {0, 2, 2}, .values = {}};
  write_idx(folder / "a.idx.gz", none);
  EXPECT_EQ(read_idx(folder / "a.idx.gz"), none);
}

}  // namespace
}  // namespace diabolo::formats
