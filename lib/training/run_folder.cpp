#include "lib/training/run_folder.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "lib/formats/file.hpp"
#include "lib/formats/messages.hpp"
#include "lib/training/check_fit.hpp"
#include "lib/training/config.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxConfigBytes = 1 << 20;

/// What a run writes; overwriting takes these away and leaves a person's own files.
constexpr std::array kOurFiles{"config.toml",
                               "model.safetensors",
                               "checkpoint.safetensors",
                               "checkpoint.previous.safetensors",
                               "metrics.csv",
                               "summary.json",
                               "projector_config.pbtxt",
                               "projector/codes.tsv",
                               "projector/labels.tsv",
                               "projector/sprite.png",
                               "report.html"};

// TensorBoard reads each file with "tfevents" in its name, in the order of the names.
constexpr std::string_view kEventPrefix = "events.out.tfevents.";
constexpr std::string_view kEventSuffix = ".diabolo";

template <typename Options>
void take_section(std::map<std::string, ConfigTexts>& sections, const std::string& section,
                  Options& options, const std::string& file) {
  ConfigTexts texts = sections[section];
  sections.erase(section);
  take_fields(texts, options, file);
  if (texts.empty()) return;
  throw std::invalid_argument(file + ": " +
                              unknown_word("field", texts.begin()->first, field_names<Options>()) +
                              " in [" + section + "]");
}

void remove_earlier_run(const fs::path& path) {
  for (const char* name : kOurFiles) fs::remove(path / name);
  for (const auto& events : RunFolder(path).event_files()) fs::remove(events);
  if (!fs::is_directory(path / "samples")) return;
  std::vector<fs::path> pictures;
  for (const auto& entry : fs::directory_iterator(path / "samples")) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("epoch_") && name.ends_with(".png")) pictures.push_back(entry.path());
  }
  for (const auto& picture : pictures) fs::remove(picture);
}

}  // namespace

RunOptions RunOptions::for_data(const DataOptions& data) {
  data.validate();
  if (!is_table(data)) return {.data = data, .model = {}, .training = {}};
  const int64_t rows = count_rows(data, kFewRows + 1);
  return {.data = data,
          .model = AutoencoderOptions::for_tables(rows),
          .training = TrainerOptions::for_tables(rows)};
}

void RunOptions::validate() const {
  data.validate();
  if (!is_utf8(data.data) || !is_utf8(data.data_dir)) {
    throw std::invalid_argument(
        "data: the path is not UTF-8, so no config.toml can hold it; "
        "rename it");
  }
  model.validate();
  training.validate();
  require_fits(training, model);
}

std::string run_config_text(const RunOptions& options) {
  return "# Every option of this run. `diabolo train --config` on this file repeats it.\n\n" +
         to_toml({{"data", entries_of(options.data, Unset::kAuto)},
                  {"model", entries_of(options.model, Unset::kAuto)},
                  {"training", entries_of(options.training, Unset::kAuto)}});
}

namespace {

void read_config(const fs::path& path, RunOptions& options) {
  const std::string file = path.string();
  auto sections = read_toml(formats::read_file(path, kMaxConfigBytes), file);
  take_section(sections, "data", options.data, file);
  take_section(sections, "model", options.model, file);
  take_section(sections, "training", options.training, file);
  if (sections.empty()) return;
  throw std::invalid_argument(
      file + ": " +
      unknown_word("section", sections.begin()->first, {"data", "model", "training"}));
}

}  // namespace

void read_run_config(const fs::path& path, RunOptions& options) {
  formats::with_printable_errors([&] { read_config(path, options); });
}

void RunFolder::check_free(const fs::path& path, bool overwrite) {
  if (!fs::exists(path)) return;
  if (!fs::is_directory(path)) {
    throw std::invalid_argument("'" + path.string() + "' is a file; give another --out");
  }
  if (fs::is_empty(path)) return;
  if (!fs::exists(path / "config.toml")) {
    throw std::invalid_argument("'" + path.string() +
                                "' holds other files and no run; give another --out");
  }
  const bool has_results =
      fs::exists(path / "checkpoint.safetensors") || fs::exists(path / "model.safetensors");
  if (overwrite || !has_results) return;
  const bool resumable = fs::exists(path / "checkpoint.safetensors");
  throw std::invalid_argument(
      "'" + path.string() + "' holds a run already; give " +
      (resumable ? "--resume " + path.string() + " to go on with it, " : std::string()) +
      "--overwrite to replace it, or another --out");
}

RunFolder RunFolder::create(const fs::path& path, const RunOptions& options, bool overwrite) {
  check_free(path, overwrite);
  std::error_code error;
  fs::create_directories(path, error);
  if (error) {
    throw std::runtime_error("cannot make the folder '" + path.string() + "': " + error.message());
  }
  remove_earlier_run(path);
  RunFolder folder(path);
  formats::write_file_atomically(folder.config(), run_config_text(options));
  return folder;
}

fs::path RunFolder::sample(int64_t epoch) const {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "epoch_%04lld.png", static_cast<long long>(epoch));
  return path_ / "samples" / name.data();
}

std::vector<fs::path> RunFolder::event_files() const {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(path_)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kEventPrefix) && name.ends_with(kEventSuffix)) {
      files.push_back(entry.path());
    }
  }
  std::ranges::sort(files);
  return files;
}

fs::path RunFolder::next_event_file(int64_t seconds) const {
  const auto name = [&] {
    std::array<char, 32> digits{};
    std::snprintf(digits.data(), digits.size(), "%010lld", static_cast<long long>(seconds));
    return std::string(kEventPrefix) + digits.data() + std::string(kEventSuffix);
  };
  const auto there = event_files();
  if (there.empty()) return path_ / name();
  // A clock may have been put back, and a run may go on within a second.
  const std::string last = there.back().filename().string();
  seconds = std::max(seconds, int64_t{std::atoll(last.c_str() + kEventPrefix.size())} + 1);
  return path_ / name();
}

void RunFolder::write_metrics(const std::vector<EpochReport>& epochs) const {
  std::string text =
      "epoch,train_loss,validation_loss,validation_mse,learning_rate,seconds,samples_per_second,"
      "constant_units,duplicate_units\n";
  for (const auto& epoch : epochs) {
    text += to_text(epoch.epoch) + "," + to_text(epoch.train_loss) + "," +
            to_text(epoch.validation_loss) + "," +
            (epoch.validation_mse ? to_text(*epoch.validation_mse) : "");
    for (const double value : {epoch.learning_rate, epoch.seconds, epoch.samples_per_second}) {
      text += "," + to_text(value);
    }
    text += "," + to_text(epoch.code.constant) + "," + to_text(epoch.code.duplicate);
    text += "\n";
  }
  formats::write_file_atomically(path_ / "metrics.csv", text);
}

void RunFolder::write_summary(const RunSummary& summary) const {
  formats::write_file_atomically(path_ / "summary.json", to_json(entries_of(summary)) + "\n");
}

fs::path free_run_path(const RunOptions& options) {
  fs::path data = fs::path(options.data.data).lexically_normal();
  if (!data.has_filename()) data = data.parent_path();  // "digits/"
  std::string name = is_table(options.data) ? data.stem().string() : data.filename().string();
  if (name.empty()) name = "data";
  name += "-" + to_text(options.model.arch) + "-" + to_text(options.model.latent);
  fs::path path = fs::path("runs") / name;
  for (int copy = 2; fs::exists(path); ++copy) {
    path = fs::path("runs") / (name + "-" + std::to_string(copy));
  }
  return path;
}

}  // namespace diabolo
