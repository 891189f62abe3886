#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lib/data/catalog.hpp"
#include "lib/training/fit.hpp"

namespace diabolo {

/// Every option of a run, as in its config.toml.
struct RunOptions {
  DataOptions data;
  AutoencoderOptions model;
  TrainerOptions training;

  /// The defaults for these data: of tables, by the number of rows, or of images.
  /// Throws std::invalid_argument for options that are wrong, or a table that is not there.
  static RunOptions for_data(const DataOptions& data);

  void validate() const;  ///< Throws std::invalid_argument naming the field and the rule.
};

/// config.toml: sections [data], [model] and [training], each field with its help above it.
std::string run_config_text(const RunOptions& options);

/// Reads a config.toml over `options`; fields that it leaves out stay as they are.
/// Throws std::invalid_argument naming file, line or field; a misspelt one gets the nearest.
void read_run_config(const std::filesystem::path& path, RunOptions& options);

/// What is known when a run has ended: summary.json.
struct RunSummary {
  std::string run;
  std::string stopped;  ///< finished, still, patience or interrupted.
  int64_t epochs = 0, best_epoch = 0;
  double train_loss = 0;
  std::optional<double> validation_loss, validation_mse, pca_validation_mse;
  std::optional<double> train_mse, pca_train_mse;     ///< Of tables without validation rows.
  int64_t train_samples = 0, validation_samples = 0;  ///< 0 in a summary of an earlier version.
  double seconds = 0, samples_per_second = 0;
  int64_t parameters = 0, seed = 0, threads = 0;
  std::string precision, device, data, data_sha256;
  std::string diabolo_version, libtorch_version, opencv_version;

  template <typename Self, typename Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    const auto field = [&](std::string_view name, auto& value) {
      visit(name, std::string_view(), value, kAnyValue);
    };
    field("run", self.run);
    field("stopped", self.stopped);
    field("epochs", self.epochs);
    field("best_epoch", self.best_epoch);
    field("train_loss", self.train_loss);
    field("validation_loss", self.validation_loss);
    field("validation_mse", self.validation_mse);
    field("pca_validation_mse", self.pca_validation_mse);
    field("train_mse", self.train_mse);
    field("pca_train_mse", self.pca_train_mse);
    field("train_samples", self.train_samples);
    field("validation_samples", self.validation_samples);
    field("seconds", self.seconds);
    field("samples_per_second", self.samples_per_second);
    field("parameters", self.parameters);
    field("seed", self.seed);
    field("threads", self.threads);
    field("precision", self.precision);
    field("device", self.device);
    field("data", self.data);
    field("data_sha256", self.data_sha256);
    field("diabolo_version", self.diabolo_version);
    field("libtorch_version", self.libtorch_version);
    field("opencv_version", self.opencv_version);
  }
};

/// Names within a run folder. Each file is written aside, synced and renamed.
class RunFolder {
 public:
  explicit RunFolder(std::filesystem::path path) : path_(std::move(path)) {}

  /// Makes the folder, with parents, and writes config.toml. If a run with results is there
  /// already, `overwrite` takes away what an earlier run wrote in it and nothing else. Throws
  /// std::invalid_argument if it is there without `overwrite`, or is no run folder.
  static RunFolder create(const std::filesystem::path& path, const RunOptions& options,
                          bool overwrite);

  /// Throws what create() would, and changes nothing.
  static void check_free(const std::filesystem::path& path, bool overwrite);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path config() const { return path_ / "config.toml"; }
  std::filesystem::path model() const { return path_ / "model.safetensors"; }
  std::filesystem::path checkpoint() const { return path_ / "checkpoint.safetensors"; }
  /// The checkpoint before that one; gone when the run is complete.
  std::filesystem::path previous_checkpoint() const {
    return path_ / "checkpoint.previous.safetensors";
  }
  std::filesystem::path report() const { return path_ / "report.html"; }
  std::filesystem::path sample(int64_t epoch) const;  ///< samples/epoch_0001.png

  /// TensorBoard's event files that are there, in the order that they were written.
  std::vector<std::filesystem::path> event_files() const;
  /// The name of one that comes after them, from a time in seconds since 1970.
  std::filesystem::path next_event_file(int64_t seconds) const;
  /// What TensorBoard's projector reads; its name is given by TensorBoard.
  std::filesystem::path projector_config() const { return path_ / "projector_config.pbtxt"; }
  /// name: codes.tsv, labels.tsv or sprite.png
  std::filesystem::path projected(const std::string& name) const {
    return path_ / "projector" / name;
  }

  void write_metrics(const std::vector<EpochReport>& epochs) const;  ///< metrics.csv
  void write_summary(const RunSummary& summary) const;               ///< summary.json

  /// What write_metrics() wrote, but for `best`; none when it is not there.
  /// Throws as CsvReader does, and std::invalid_argument for a cell that is no number.
  std::vector<EpochReport> read_metrics() const;
  /// What write_summary() wrote; nothing when the run has not ended.
  /// Throws std::runtime_error for a file that is no JSON object, std::invalid_argument for a field
  /// of another type.
  std::optional<RunSummary> read_summary() const;

 private:
  std::filesystem::path path_;
};

/// runs/DATA-ARCH-LATENT, with -2, -3 … behind it when that is taken.
std::filesystem::path free_run_path(const RunOptions& options);

}  // namespace diabolo
