#include <gmock/gmock.h>

#include <fstream>

#include "lib/formats/file.hpp"
#include "lib/formats/gzip.hpp"
#include "lib/formats/idx.hpp"
#include "lib/formats/idx_reader.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

/// 2 x 3 values.
const std::string kSmall("\0\0\x08\x02\0\0\0\x02\0\0\0\x03uvwxyz", 18);

/// All that a reader gives, so many values a call.
std::string read_by(IdxReader& reader, size_t count) {
  std::string values;
  for (std::string piece(count, '?');;) {
    const size_t got = reader.read(piece.data(), piece.size());
    values += piece.substr(0, got);
    if (got < count) return values;
  }
}

TEST(IdxReader, GivesTheShapeAndThenValuesInPiecesOfAnySize) {
  for (const std::string& file : {kSmall, gzip(kSmall)}) {
    for (const size_t count : {1u, 2u, 4u, 5u, 6u, 7u, 100u}) {
      IdxReader reader(file, "a.idx");
      EXPECT_THAT(reader.shape(), ElementsAre(2, 3));
      EXPECT_EQ(reader.size(), 6u);
      EXPECT_EQ(read_by(reader, count), "uvwxyz") << count;
      char more = 0;
      EXPECT_EQ(reader.read(&more, 1), 0u);
    }
  }
}

TEST(IdxReader, ReadsAFileOfManyPieces) {
  const TemporaryFolder folder;
  IdxArray array{.shape = {1'000, 20, 30}, .values = {}};
  for (uint32_t i = 0; i < 600'000; ++i) {
    array.values.push_back(static_cast<uint8_t>(i * 2'654'435'761u >> 24));
  }
  for (const char* name : {"a.idx", "a.idx.gz"}) {
    write_idx(folder / name, array);
    IdxReader reader(folder / name);
    EXPECT_EQ(reader.shape(), array.shape);
    EXPECT_EQ(read_by(reader, 70'001), std::string(array.values.begin(), array.values.end()));
  }
}

TEST(IdxReader, RefusesAPlainFileOfAnotherLengthBeforeItsValues) {
  EXPECT_THAT([] { IdxReader(kSmall.substr(0, 17), "a"); },
              ThrowsMessage<std::runtime_error>(
                  "'a' is damaged: 1 byte is missing: 12 + 2 x 3 = 18 needed, 17 found"));
  EXPECT_THAT([] { IdxReader(kSmall + "!", "a"); },
              ThrowsMessage<std::runtime_error>(
                  "'a' is damaged: 1 byte follows the 12 + 2 x 3 = 18 needed"));
}

/// The end of compressed contents is known when they are inflated.
void expect_fails_with_the_last_value(const std::string& bytes, const std::string& why) {
  IdxReader reader(bytes, "a");
  std::string values(6, '?');
  EXPECT_EQ(reader.read(values.data(), 5), 5u);
  EXPECT_THAT([&] { reader.read(values.data(), 1); },
              ThrowsMessage<std::runtime_error>("'a' is damaged: " + why));
}

TEST(IdxReader, ChecksTheEndOfACompressedFileWithItsLastValue) {
  expect_fails_with_the_last_value(gzip(kSmall.substr(0, 17)),
                                   "1 byte is missing: 12 + 2 x 3 = 18 needed, 17 found");
  expect_fails_with_the_last_value(gzip(kSmall + "xy"),
                                   "more data follows the 12 + 2 x 3 = 18 needed");
  expect_fails_with_the_last_value(gzip(kSmall) + "xy", "2 bytes follow the compressed data");
  std::string changed = gzip(kSmall);
  changed[changed.size() - 8] ^= 1;
  expect_fails_with_the_last_value(changed, "its compressed data is wrong (incorrect data check)");
}

TEST(IdxReader, ChecksTheEndOfAFileWithoutValuesAtOnce) {
  const std::string none("\0\0\x08\x02\0\0\0\0\0\0\0\x03", 12);
  EXPECT_EQ(IdxReader(gzip(none), "a").size(), 0u);
  EXPECT_THAT([&] { IdxReader(gzip(none + "x"), "a"); },
              ThrowsMessage<std::runtime_error>(
                  "'a' is damaged: more data follows the 12 + 0 x 3 = 12 needed"));
}

TEST(IdxReader, OfAFileCutAnywhereThrowsBeforeTheLastValueIsGiven) {
  for (const std::string& whole : {kSmall, gzip(kSmall)}) {
    for (size_t size = 0; size < whole.size(); ++size) {
      EXPECT_ANY_THROW({
        IdxReader reader(std::string_view(whole).substr(0, size), "a");
        read_by(reader, 1);
      }) << size;
    }
  }
}

TEST(IdxReader, NoticesAFileThatChangesWhileItIsRead) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", kSmall);
  std::string values(6, '?');
  IdxReader grows(folder / "a");
  std::ofstream(folder / "a", std::ios::app) << "!";
  EXPECT_THROW(grows.read(values.data(), 6), std::runtime_error);
  write_file_atomically(folder / "b", kSmall);
  IdxReader shrinks(folder / "b");
  std::filesystem::resize_file(folder / "b", 16);
  EXPECT_THROW(shrinks.read(values.data(), 6), std::runtime_error);
}

}  // namespace
}  // namespace diabolo::formats
