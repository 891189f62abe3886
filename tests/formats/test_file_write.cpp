#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

#include "lib/formats/file.hpp"
#include "tests/formats/full_disk.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {
namespace {

using testing::ElementsAre;
using testing::ThrowsMessage;

/// While it lives, root has no more rights than others.
class OrdinaryUser {
 public:
  OrdinaryUser() : old_(::geteuid()) {
    constexpr uid_t kNobody = 65534;
    if (old_ == 0 && ::seteuid(kNobody) != 0) throw std::logic_error("root cannot step down");
  }
  ~OrdinaryUser() {
    if (::seteuid(old_) != 0) std::abort();
  }
  OrdinaryUser(const OrdinaryUser&) = delete;
  OrdinaryUser& operator=(const OrdinaryUser&) = delete;

 private:
  uid_t old_;
};

mode_t mode_of(const std::filesystem::path& path) {
  struct stat status{};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 07777;
}

void write_text(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
}

TEST(FileWriting, GivesBackWhatWasWritten) {
  const TemporaryFolder folder;
  const std::string contents("a\0\n\xff", 4);
  write_file_atomically(folder / "a", contents);
  EXPECT_EQ(read_file(folder / "a", 4), contents);
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(FileWriting, TakesPartsOneAfterAnother) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", std::array<std::string_view, 3>{"one ", "", "two"});
  EXPECT_EQ(read_file(folder / "a", 100), "one two");
  write_file_atomically(folder / "a", std::span<const std::string_view>());
  EXPECT_EQ(read_file(folder / "a", 100), "");
}

TEST(FileWriting, ReplacesAFileWholeAndKeepsItsPermissions) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "a long text");
  ASSERT_EQ(::chmod((folder / "a").c_str(), 0640), 0);
  write_file_atomically(folder / "a", "short");
  EXPECT_EQ(read_file(folder / "a", 100), "short");
  EXPECT_EQ(mode_of(folder / "a"), 0640u);
}

TEST(FileWriting, GivesNewFilesThePermissionsOfTheUsersMask) {
  const TemporaryFolder folder;
  const mode_t old = ::umask(027);
  write_file_atomically(folder / "a", "x");
  ::umask(old);
  EXPECT_EQ(mode_of(folder / "a"), 0640u);
}

TEST(FileWriting, TakesANameWithoutAFolder) {
  const TemporaryFolder folder;
  const std::filesystem::path old = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  write_file_atomically("a", "x");
  std::filesystem::current_path(old);
  EXPECT_EQ(read_file(folder / "a", 100), "x");
}

TEST(FileWriting, LeavesTheTemporaryFilesOfOthersAlone) {
  const TemporaryFolder folder;
  const std::string begin = ".diabolo-" + std::to_string(::getpid()) + "-";
  for (int i = 0; i < 300; ++i) write_text(folder / (begin + std::to_string(i) + ".tmp"), "other");
  write_file_atomically(folder / "a", "x");
  for (int i = 0; i < 300; ++i) {
    EXPECT_EQ(read_file(folder / (begin + std::to_string(i) + ".tmp"), 100), "other") << i;
  }
}

TEST(FileWriting, TakesTheLongestNameThereIs) {
  const TemporaryFolder folder;
  const std::string name(255, 'n');
  write_file_atomically(folder / name, "x");
  EXPECT_THAT(folder.names(), ElementsAre(name));
}

TEST(FileWriting, FollowsASymbolicLink) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "target", "old");
  std::filesystem::create_symlink("target", folder / "link");
  write_file_atomically(folder / "link", "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder / "link"));
  EXPECT_EQ(read_file(folder / "target", 100), "new");
}

TEST(FileWriting, DoesNotReplaceAPipe) {
  const TemporaryFolder folder;
  const std::string pipe = (folder / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(
      [&] { write_file_atomically(pipe, "x"); },
      ThrowsMessage<std::invalid_argument>("cannot write '" + pipe + "': not a regular file"));
  EXPECT_TRUE(std::filesystem::is_fifo(pipe));
  EXPECT_THAT(folder.names(), ElementsAre("pipe"));
}

TEST(FileWriting, FailsInAFolderThatIsMissing) {
  const TemporaryFolder folder;
  const std::string path = (folder / "no/such").string();
  EXPECT_THAT([&] { write_file_atomically(path, "x"); },
              ThrowsMessage<std::invalid_argument>("cannot write '" + path +
                                                   "': No such file or directory"));
  EXPECT_TRUE(folder.names().empty());
}

TEST(FileWriting, FailsBelowAFile) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "x");
  const std::string path = (folder / "a/b").string();
  EXPECT_THAT([&] { write_file_atomically(path, "x"); },
              ThrowsMessage<std::invalid_argument>("cannot write '" + path + "': Not a directory"));
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(FileWriting, FailsInAReadOnlyFolder) {
  const TemporaryFolder folder;
  ASSERT_EQ(::chmod(folder.path().c_str(), 0555), 0);
  const std::string path = (folder / "a").string();
  const auto write = [&] {
    const OrdinaryUser user;
    write_file_atomically(path, "x");
  };
  EXPECT_THAT(write,
              ThrowsMessage<std::runtime_error>("cannot write '" + path + "': Permission denied"));
  EXPECT_TRUE(folder.names().empty());
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
}

TEST(FileWriting, LeavesTheOldFileAloneIfItFails) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a").string();
  write_file_atomically(path, "old");
  const auto write = [&] {
    const FullDisk full(1000);
    write_file_atomically(path, std::string(2000, 'x'));
  };
  EXPECT_THAT(write,
              ThrowsMessage<std::runtime_error>("cannot write '" + path + "': File too large"));
  EXPECT_EQ(read_file(path, 100), "old");
  EXPECT_THAT(folder.names(), ElementsAre("a"));
}

TEST(FileWriting, LeavesNothingBehindIfItFails) {
  const TemporaryFolder folder;
  const auto write = [&] {
    const FullDisk full(10);
    write_file_atomically(folder / "a", std::array<std::string_view, 2>{"123456789", "0ab"});
  };
  EXPECT_THROW(write(), std::runtime_error);
  EXPECT_TRUE(folder.names().empty());
}

}  // namespace
}  // namespace diabolo::formats
