#include "app/sweep_folder.hpp"

#include <stdexcept>

#include "lib/formats/csv_reader.hpp"
#include "lib/formats/file.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxConfigBytes = 1 << 20;
constexpr const char* kConfig = "sweep.toml";

std::string config(const RunOptions& options, const std::string& data_hash) {
  return run_config_text(options) + "\n# SHA-256 of the data: " + data_hash + "\n";
}

}  // namespace

std::vector<SweepRun> SweepFolder::finished(const RunOptions& options, const std::string& data_hash,
                                            bool overwrite) const {
  if (fs::exists(path_) && !fs::exists(path_ / kConfig) && !fs::is_empty(path_)) {
    throw std::invalid_argument("'" + path_.string() +
                                "' holds other files and no sweep; give another --out");
  }
  if (overwrite) return {};
  if (fs::exists(path_ / kConfig) &&
      formats::read_file(path_ / kConfig, kMaxConfigBytes) != config(options, data_hash)) {
    throw std::invalid_argument(
        "'" + path_.string() +
        "' holds a sweep with other options or data; give another --out, or "
        "--overwrite");
  }
  return fs::exists(path_ / "sweep.csv") ? read() : std::vector<SweepRun>();
}

void SweepFolder::open(const RunOptions& options, const std::string& data_hash, bool overwrite) {
  fs::create_directories(path_);
  lock_.emplace(path_);
  formats::remove_left_temporaries(path_);
  if (overwrite) fs::remove(path_ / "sweep.csv");
  formats::write_file_atomically(path_ / kConfig, config(options, data_hash));
}

void SweepFolder::write(const std::vector<SweepRun>& runs) const {
  std::string text = "latent,seed,mse,pca_mse,seconds\n";
  for (const auto& run : runs) {
    text += to_text(run.latent) + "," + to_text(run.seed) + "," + to_text(run.mse) + "," +
            (run.pca ? to_text(*run.pca) : "") + "," + to_text(run.seconds) + "\n";
  }
  formats::write_file_atomically(path_ / "sweep.csv", text);
}

void SweepFolder::write_json(const std::string& text) const {
  formats::write_file_atomically(path_ / "sweep.json", text + "\n");
}

std::vector<SweepRun> SweepFolder::read() const {
  formats::CsvReader file(path_ / "sweep.csv");
  std::vector<SweepRun> runs;
  std::vector<std::string_view> cells;
  while (file.next(cells)) {
    SweepRun run;
    from_text(cells[0], run.latent);
    from_text(cells[1], run.seed);
    from_text(cells[2], run.mse);
    if (!cells[3].empty()) from_text(cells[3], run.pca.emplace());
    from_text(cells[4], run.seconds);
    runs.push_back(run);
  }
  return runs;
}

}  // namespace diabolo::app
