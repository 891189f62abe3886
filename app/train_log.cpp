#include "app/train_log.hpp"

#include <algorithm>
#include <chrono>

#include "lib/formats/file.hpp"

namespace diabolo::app {
namespace {

constexpr uint64_t kMaxPictureBytes = uint64_t{1} << 30;

/// Since 1970.
double seconds_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

/// Every option, as one list: no two sections have a name in common.
std::vector<ConfigEntry> all_entries(const RunOptions& options) {
  auto entries = entries_of(options.model, Unset::kAuto);
  for (const auto& more :
       {entries_of(options.training, Unset::kAuto), entries_of(options.data, Unset::kAuto)}) {
    entries.insert(entries.end(), more.begin(), more.end());
  }
  return entries;
}

}  // namespace

void TrainLog::begin(const RunOptions& options) {
  const double now = seconds_now();
  writer_ = std::make_unique<EventWriter>(folder_.next_event_file(static_cast<int64_t>(now)));
  const EventTime time{.step = 0, .seconds = now};
  writer_->text(time, "config.toml", "```toml\n" + run_config_text(options) + "```\n");
  writer_->charts(time, {{"loss", {"loss/train", "loss/validation"}},
                         {"mean squared error", {"mse/validation", "mse/pca"}}});
  writer_->begin_session(time, all_entries(options));
  writer_->flush();
  logged_ = 0;
}

void TrainLog::go_on(int64_t epoch) {
  logged_ = 0;
  for (const auto& file : folder_.event_files()) {
    logged_ = std::max(logged_, cut_events_after(file, epoch));
  }
  // A file of its own: whoever reads the earlier one may have read what was cut off.
  const double now = seconds_now();
  writer_ = std::make_unique<EventWriter>(folder_.next_event_file(static_cast<int64_t>(now)));
  writer_->restart({.step = logged_ + 1, .seconds = now});
  writer_->flush();
}

void TrainLog::write(const std::vector<EpochReport>& history) {
  const auto first = history.begin() + std::min(logged_, std::ssize(history));
  double seconds = seconds_now();
  for (auto epoch = first; epoch != history.end(); ++epoch) seconds -= epoch->seconds;
  for (auto epoch = first; epoch != history.end(); ++epoch) {
    seconds += epoch->seconds;
    log_epoch(*epoch, seconds);
  }
  logged_ = std::max(logged_, std::ssize(history));
  writer_->flush();
}

void TrainLog::log_epoch(const EpochReport& epoch, double seconds) {
  const EventTime time{.step = epoch.epoch, .seconds = seconds};
  Scalars values = {{"loss/train", epoch.train_loss}};
  if (epoch.validation_mse) {
    values.emplace_back("loss/validation", epoch.validation_loss);
    values.emplace_back("mse/validation", *epoch.validation_mse);
    if (pca_mse_) values.emplace_back("mse/pca", *pca_mse_);
  }
  // A tag of an option's name would stand in its column among the hyper-parameters.
  values.emplace_back("training/learning_rate", epoch.learning_rate);
  values.emplace_back("training/samples_per_second", epoch.samples_per_second);
  writer_->scalars(time, values);
  const auto picture = folder_.sample(epoch.epoch);
  if (!std::filesystem::exists(picture)) return;
  writer_->image(time, "samples", formats::read_file(picture, kMaxPictureBytes));
}

void TrainLog::end() {
  writer_->end_session({.step = logged_, .seconds = seconds_now()});
  writer_->flush();
}

}  // namespace diabolo::app
