#include "app/train_start.hpp"

#include "app/processes.hpp"
#include "app/results.hpp"
#include "app/terminal.hpp"
#include "lib/training/checkpoint.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

/// The data that the options name, and what the options leave to them.
void load_into(Work& work) {
  work.data = prepare_data(work.options);
  for (const auto& notice : work.data.notices) warn(work.options.data.data + ": " + notice);
  TrainerOptions& training = work.options.training;
  training = training.resolved(work.options.model, work.data.split.train.size_with_stored());
}

}  // namespace

std::optional<formats::FolderLock> lock_of(const RunFolder& folder) {
  if (!processes().leads()) return {};
  std::optional<formats::FolderLock> lock(std::in_place, folder.path());
  for (const char* part : {"", "samples", "projector"}) {
    formats::remove_left_temporaries(folder.path() / part);
  }
  return lock;
}

Work start(const RunOptions& options, const std::string& out, bool overwrite) {
  if (options.data.data.empty()) {
    throw std::invalid_argument(
        "DATA is missing: a name (mnist, mnist-mini, wine; diabolo data lists all) or a path");
  }
  options.validate();
  const fs::path path = out.empty() ? free_run_path(options) : fs::path(out);
  RunFolder::check_free(path, overwrite);
  Work work{.folder = RunFolder(path), .options = options};
  resolve_machine(work.options.training);
  load_into(work);
  return work;
}

Work go_on(const std::string& path) {
  const RunFolder folder(path);
  if (!fs::exists(folder.checkpoint()) && !fs::exists(folder.previous_checkpoint())) {
    throw std::invalid_argument("'" + path +
                                "' is no run to go on with: it has no checkpoint.safetensors");
  }
  std::optional<formats::FolderLock> lock = lock_of(folder);
  RunOptions options;
  read_run_config(folder.config(), options);
  options.validate();
  Work work{.folder = folder, .options = options};
  work.lock = std::move(lock);
  TrainerOptions& training = work.options.training;
  // The threads of a run that had the machine to itself would be too many for each of several.
  if (processes().size() > 1) training.threads = std::min(training.threads, processes().cores());
  resolve_machine(training);
  work.from = load_checkpoint(folder);
  if (!work.from->notice.empty()) warn(work.from->notice);
  if (fs::exists(folder.path() / "summary.json")) {
    throw std::invalid_argument("the run in '" + path + "' is complete");
  }
  load_into(work);
  if (work.data.hash != work.from->data_hash) {
    throw std::invalid_argument("'" + options.data.data +
                                "' is not the data that this run began with");
  }
  return work;
}

}  // namespace diabolo::app
