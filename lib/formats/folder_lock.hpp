#pragma once

#include <filesystem>

namespace diabolo::formats {

/// Keeps others that ask for it from writing into a folder; readers need not ask. It is the
/// system's (flock), so it ends with the process that has it, however that ends: no stale lock is
/// ever left. Where a file system knows no locks, nobody is kept out.
class FolderLock {
 public:
  /// Throws std::runtime_error, naming the folder, if another has it, and std::invalid_argument if
  /// there is no such folder.
  explicit FolderLock(const std::filesystem::path& folder);
  ~FolderLock();
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&& other) noexcept;

 private:
  int descriptor_ = -1;
};

/// Takes away what processes that were killed left aside in a folder: temporary files of AtomicFile
/// whose writer is no more.
void remove_left_temporaries(const std::filesystem::path& folder);

}  // namespace diabolo::formats
