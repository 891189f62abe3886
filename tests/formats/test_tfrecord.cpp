#include <gmock/gmock.h>

#include "lib/formats/file.hpp"
#include "lib/formats/tfrecord.hpp"
#include "tests/formats/full_disk.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;
using namespace std::string_literals;

// Made by TensorBoard's own masked_crc32c() in Python.
const std::string kOfHello =
    "\x05\x00\x00\x00\x00\x00\x00\x00\xea\xb2\x04\x3e\x68\x65\x6c\x6c\x6f\xbb\x1f\x1c\x19"s;

std::string bytes_of(const std::filesystem::path& path) { return read_file(path, 1 << 20); }

std::vector<std::string> records_of(const std::filesystem::path& path) {
  std::vector<std::string> records;
  RecordReader reader(path);
  while (auto record = reader.next()) records.push_back(*record);
  return records;
}

TEST(Crc32c, EqualsThePublishedValues) {
  EXPECT_EQ(crc32c(""), 0U);
  EXPECT_EQ(crc32c("123456789"), 0xe3069283U);
  // RFC 3720, B.4
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8a9136aaU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62a8ab43U);
  std::string rising;
  for (char c = 0; c < 32; ++c) rising += c;
  EXPECT_EQ(crc32c(rising), 0x46dd794eU);
}

TEST(Record, IsFramedAsTensorBoardFramesIt) { EXPECT_EQ(framed_record("hello"), kOfHello); }

TEST(RecordWriter, WritesWhatTheReaderReads) {
  const TemporaryFolder folder;
  const std::vector<std::string> records = {"", "a", "\0\n"s, std::string(100'000, '\xff')};
  RecordWriter writer(folder / "x");
  for (const auto& record : records) writer.add(record);
  EXPECT_THAT(bytes_of(folder / "x"), IsEmpty());
  writer.flush();
  EXPECT_EQ(records_of(folder / "x"), records);
  writer.flush();
  writer.add("more");
  writer.flush();
  EXPECT_EQ(records_of(folder / "x").size(), records.size() + 1);
}

TEST(RecordWriter, LeavesAFileThatIsThereAlone) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "x", "mine");
  EXPECT_THAT([&] { RecordWriter writer(folder / "x"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("there already")));
  EXPECT_EQ(bytes_of(folder / "x"), "mine");
}

TEST(RecordWriter, NamesTheFileInAFolderThatIsMissing) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { RecordWriter writer(folder / "nowhere/x"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("nowhere/x")));
}

TEST(RecordWriter, SaysWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  RecordWriter writer(folder / "x");
  writer.add(std::string(100, 'x'));
  const FullDisk disk(50);
  EXPECT_THAT([&] { writer.flush(); }, ThrowsMessage<std::runtime_error>(HasSubstr("/x'")));
}

TEST(RecordReader, EndsBeforeARecordThatIsCut) {
  const TemporaryFolder folder;
  const std::string whole = framed_record("one");
  const std::string next = framed_record("two");
  for (size_t length = 0; length < next.size(); ++length) {
    write_file_atomically(folder / "x", whole + next.substr(0, length));
    RecordReader reader(folder / "x");
    EXPECT_EQ(reader.next(), "one");
    EXPECT_EQ(reader.next(), std::nullopt) << length;
    EXPECT_EQ(reader.position(), whole.size());
  }
}

TEST(RecordReader, EndsBeforeARecordWithAnyBitFlipped) {
  const TemporaryFolder folder;
  const std::string whole = framed_record("one");
  for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string damaged = whole;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    write_file_atomically(folder / "x", damaged + framed_record("two"));
    EXPECT_THAT(records_of(folder / "x"), IsEmpty()) << bit;
  }
}

TEST(RecordReader, TakesNoMemoryForALengthThatTheFileDoesNotHave) {
  const TemporaryFolder folder;
  // A right checksum over a length of 2^60.
  const std::string length = "\x00\x00\x00\x00\x00\x00\x00\x10"s;
  const uint32_t crc = crc32c(length);
  const uint32_t masked = (crc >> 15 | crc << 17) + 0xa282ead8U;
  std::string header = length;
  for (int i = 0; i < 4; ++i) header += static_cast<char>(masked >> 8 * i & 0xff);
  write_file_atomically(folder / "x", header + std::string(100, 'x'));
  EXPECT_THAT(records_of(folder / "x"), IsEmpty());
}

}  // namespace
}  // namespace diabolo::formats
