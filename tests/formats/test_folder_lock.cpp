#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "lib/formats/file.hpp"
#include "lib/formats/folder_lock.hpp"
#include "lib/formats/messages.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(FolderLock, IsHadByOneAtATime) {
  const TemporaryFolder folder;
  {
    const FolderLock first(folder.path());
    EXPECT_THAT([&] { FolderLock second(folder.path()); },
                ThrowsMessage<std::runtime_error>(
                    AllOf(HasSubstr("another process"), HasSubstr(folder.path().string()))));
  }
  const FolderLock third(folder.path());
}

TEST(FolderLock, MovesWithItsOwner) {
  const TemporaryFolder folder;
  std::optional<FolderLock> kept;
  {
    FolderLock first(folder.path());
    kept = std::move(first);
  }
  EXPECT_THROW(FolderLock(folder.path()), std::runtime_error);
  kept.reset();
  const FolderLock free(folder.path());
}

TEST(FolderLock, EndsWithAProcessThatDies) {
  const TemporaryFolder folder;
  const pid_t child = ::fork();
  if (child == 0) {
    const FolderLock lock(folder.path());
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  const FolderLock lock(folder.path());
}

TEST(FolderLock, NamesAFolderThatIsNotThere) {
  EXPECT_THAT([] { FolderLock lock("/nonexistent/run"); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("/nonexistent/run")));
}

/// A number that no process has: of a child that has ended and was waited for.
pid_t number_of_none() {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  ::waitpid(child, nullptr, 0);
  return child;
}

TEST(LeftTemporaries, OfADeadWriterAreTakenAwayAndNothingElse) {
  const TemporaryFolder folder;
  const std::string dead = ".diabolo-" + std::to_string(number_of_none()) + "-0.tmp";
  const std::string alive = ".diabolo-" + std::to_string(::getpid()) + "-7.tmp";
  for (const std::string& name :
       {dead, alive, std::string(".diabolo-x-0.tmp"), std::string("a.tmp"),
        std::string(".diabolo-.tmp"), std::string("model.safetensors")}) {
    std::ofstream(folder / name) << "x";
  }
  remove_left_temporaries(folder.path());
  EXPECT_EQ(folder.names(), (std::set<std::string>{alive, ".diabolo-x-0.tmp", "a.tmp",
                                                   ".diabolo-.tmp", "model.safetensors"}));
  remove_left_temporaries("/nonexistent");
}

TEST(LeftTemporaries, AreNamedAsAtomicFilesAre) {
  const TemporaryFolder folder;
  const AtomicFile file(folder / "x");
  ASSERT_EQ(folder.names().size(), 1);
  EXPECT_TRUE(folder.names().begin()->starts_with(kTemporaryPrefix));
  EXPECT_TRUE(folder.names().begin()->ends_with(kTemporarySuffix));
}

TEST(Printable, HasNoControlCharacters) {
  EXPECT_EQ(printable("a\x1b[31m\n\tb\x7f"), "a?[31m??b?");
  EXPECT_EQ(printable("größe …"), "größe …");
  EXPECT_THAT([] { with_printable_errors([]() -> int { throw std::runtime_error("x\ny"); }); },
              ThrowsMessage<std::runtime_error>("x?y"));
  EXPECT_EQ(with_printable_errors([] { return 3; }), 3);
}

}  // namespace
}  // namespace diabolo::formats
