#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lib/analysis/sweep.hpp"
#include "lib/formats/folder_lock.hpp"

namespace diabolo::app {

/// Files of a sweep; each finished run is kept, so that the same command goes on after a stop.
class SweepFolder {
 public:
  explicit SweepFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path picture() const { return path_ / "sweep.png"; }

  /// The runs that are done. Throws std::invalid_argument if other options made them.
  std::vector<SweepRun> finished(const RunOptions& options, const std::string& data_hash,
                                 bool overwrite) const;

  /// Makes ready to write, once finished() has found nothing wrong, and keeps other sweeps out.
  /// Throws std::runtime_error when another sweep writes there.
  void open(const RunOptions& options, const std::string& data_hash, bool overwrite);

  void write(const std::vector<SweepRun>& runs) const;  ///< sweep.csv
  void write_json(const std::string& text) const;       ///< sweep.json

 private:
  std::vector<SweepRun> read() const;

  std::filesystem::path path_;
  std::optional<formats::FolderLock> lock_;
};

}  // namespace diabolo::app
