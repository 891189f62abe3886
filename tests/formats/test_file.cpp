#include <gmock/gmock.h>
#include <sys/stat.h>

#include "lib/formats/file.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {
namespace {

using testing::ThrowsMessage;

TEST(File, IsLookedAtWithoutBeingUsedUp) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "abcdef");
  InputFile file(folder / "a");
  EXPECT_EQ(file.size(), 6u);
  EXPECT_EQ(file.first_bytes(2), "ab");
  EXPECT_EQ(file.first_bytes(100), "abcdef");
  std::string next(4, '?');
  EXPECT_EQ(file.read(next.data(), 4), 4u);
  EXPECT_EQ(next, "abcd");
  EXPECT_EQ(file.read(next.data(), 4), 2u);
  EXPECT_EQ(next, "efcd");
  EXPECT_EQ(file.read(next.data(), 4), 0u);
}

TEST(File, ThatIsMissingIsAWrongRequest) {
  EXPECT_THAT(
      [] { read_file("no/such", 100); },
      ThrowsMessage<std::invalid_argument>("cannot read 'no/such': No such file or directory"));
}

TEST(File, ThatIsAFolderIsAWrongRequest) {
  EXPECT_THAT([] { read_file("/", 100); },
              ThrowsMessage<std::invalid_argument>("cannot read '/': Is a directory"));
  EXPECT_THAT([] { write_file_atomically("/", "x"); },
              ThrowsMessage<std::invalid_argument>("cannot write '/': Is a directory"));
}

TEST(File, IsNotReadFromADeviceOrAPipe) {
  EXPECT_THAT([] { read_file("/dev/zero", 100); },
              ThrowsMessage<std::invalid_argument>("cannot read '/dev/zero': not a regular file"));
  const TemporaryFolder folder;
  const std::string pipe = (folder / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT([&] { read_file(pipe, 100); }, ThrowsMessage<std::invalid_argument>(
                                                 "cannot read '" + pipe + "': not a regular file"));
}

TEST(File, ThatIsTooLongIsRefused) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a").string();
  write_file_atomically(path, std::string(2000, 'x'));
  EXPECT_EQ(read_file(path, 2000).size(), 2000u);
  EXPECT_THAT(
      [&] { read_file(path, 1999); },
      ThrowsMessage<std::invalid_argument>(
          "cannot read '" + path + "': it is 2,000 bytes long, and at most 1,999 are allowed"));
}

TEST(File, OfHugeDeclaredSizeIsRefusedBeforeMemoryIsTaken) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "x");
  std::filesystem::resize_file(folder / "a", uint64_t{1} << 42);
  EXPECT_THROW(read_file(folder / "a", 1000), std::invalid_argument);
}

TEST(File, ThatShrinksMeanwhileIsNoticed) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "abcdef");
  InputFile file(folder / "a");
  std::filesystem::resize_file(folder / "a", 3);
  EXPECT_THAT(
      [&] { file.read_all(100); },
      ThrowsMessage<std::runtime_error>("'" + (folder / "a").string() +
                                        "' is damaged: it became shorter while it was read"));
}

}  // namespace
}  // namespace diabolo::formats
