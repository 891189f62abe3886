#include <gmock/gmock.h>
#include <sys/stat.h>

#include "lib/formats/file.hpp"
#include "tests/formats/full_disk.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

constexpr const char* kUsedUp = "an AtomicFile was used after commit() or an error";

TEST(AtomicFiles, HoldTheirPiecesInOrder) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "a");
  std::string expected;
  for (const size_t size : {1u, 0u, 65535u, 65536u, 3u, 65537u, 200'000u, 7u}) {
    const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
    file.write(piece);
    expected += piece;
  }
  file.commit();
  EXPECT_EQ(read_file(folder / "a", 1'000'000), expected);
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(AtomicFiles, OfNothingAreEmpty) {
  const TemporaryFolder folder;
  AtomicFile(folder / "a").commit();
  EXPECT_EQ(read_file(folder / "a", 100), "");
}

TEST(AtomicFiles, LeaveTheOldFileUntilTheyAreCommitted) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "old");
  AtomicFile file(folder / "a");
  file.write(std::string(100'000, 'x'));
  EXPECT_EQ(read_file(folder / "a", 1'000'000), "old");
  file.commit();
  EXPECT_EQ(read_file(folder / "a", 1'000'000), std::string(100'000, 'x'));
}

TEST(AtomicFiles, ThatAreNotCommittedLeaveNothing) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "old");
  for (const std::string name : {"a", "b"}) {
    AtomicFile file(folder / name);
    file.write(std::string(100'000, 'x'));
    EXPECT_EQ(folder.names().size(), 2u);
  }
  EXPECT_EQ(read_file(folder / "a", 100), "old");
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(AtomicFiles, KeepPermissionsAndFollowALink) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "target", "old");
  ASSERT_EQ(::chmod((folder / "target").c_str(), 0640), 0);
  std::filesystem::create_symlink("target", folder / "link");
  AtomicFile file(folder / "link");
  file.write("new");
  file.commit();
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(read_file(folder / "target", 100), "new");
  struct stat status{};
  ASSERT_EQ(::stat((folder / "target").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST(AtomicFiles, SayAtOnceThatTheyCannotBeWritten) {
  EXPECT_THAT(
      [] { AtomicFile("no/such/a"); },
      ThrowsMessage<std::invalid_argument>("cannot write 'no/such/a': No such file or directory"));
  EXPECT_THAT([] { AtomicFile("/"); },
              ThrowsMessage<std::invalid_argument>("cannot write '/': Is a directory"));
}

TEST(AtomicFiles, TakeNothingAfterTheyWereCommitted) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "a");
  file.commit();
  EXPECT_THAT([&] { file.write("x"); }, ThrowsMessage<std::logic_error>(kUsedUp));
  EXPECT_THAT([&] { file.commit(); }, ThrowsMessage<std::logic_error>(kUsedUp));
  EXPECT_EQ(read_file(folder / "a", 100), "");
}

TEST(AtomicFiles, CannotBeCommittedAfterAFullDisk) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a").string();
  write_file_atomically(path, "old");
  AtomicFile file(path);
  const auto write = [&] {
    const FullDisk full(1000);
    file.write(std::string(100'000, 'x'));
  };
  EXPECT_THAT(write,
              ThrowsMessage<std::runtime_error>("cannot write '" + path + "': File too large"));
  EXPECT_THAT(folder.names(), ElementsAre("a"));
  EXPECT_THAT([&] { file.commit(); }, ThrowsMessage<std::logic_error>(kUsedUp));
  EXPECT_EQ(read_file(path, 100), "old");
}

TEST(AtomicFiles, NoticeAFullDiskAtTheLatestWhenTheyAreCommitted) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "a");
  file.write("small");
  const auto commit = [&] {
    const FullDisk full(2);
    file.commit();
  };
  EXPECT_THROW(commit(), std::runtime_error);
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace diabolo::formats
