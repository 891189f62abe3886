#include "app/train_report.hpp"

#include <torch/version.h>

#include <algorithm>
#include <numeric>
#include <opencv2/core/version.hpp>

#include "app/terminal.hpp"
#include "lib/analysis/evaluate.hpp"
#include "lib/analysis/verdict.hpp"
#include "lib/data/image_io.hpp"
#include "lib/output/pictures.hpp"
#include "lib/output/projector.hpp"

namespace diabolo::app {
namespace {

constexpr int64_t kPictured = 10;  // Validation samples in each epoch's picture.

/// What PCA makes of samples, noisy where the network's are.
std::optional<double> pca_mse(const Work& work, const Dataset& dataset) {
  if (dataset.size() == 0 || !work.model.pca.defined()) return {};
  constexpr int64_t kBatch = 4096;
  const TrainerOptions& training = work.options.training;
  double squared = 0;
  double values = 0;
  for (int64_t begin = 0; begin < dataset.size(); begin += kBatch) {
    const int64_t count = std::min(kBatch, dataset.size() - begin);
    const auto clean = to_unit(dataset.samples.narrow(0, begin, count));
    auto input = clean;
    if (!work.model.table && !training.noise.none()) {
      std::vector<int64_t> numbers(static_cast<size_t>(count));
      std::iota(numbers.begin(), numbers.end(), begin);
      input = clean.clone();
      add_noise(input, training.noise, numbers, static_cast<uint64_t>(training.seed), /*epoch=*/0);
    }
    const auto filled =
        dataset.filled.defined() ? dataset.filled.narrow(0, begin, count) : torch::Tensor();
    squared +=
        squared_errors(work.model.pca.reconstruct(input), clean, filled).sum().item<double>();
    values += static_cast<double>(clean.numel());
    if (filled.defined()) values -= filled.sum().item<double>();
  }
  return squared / std::max(values, 1.0);
}

std::string stopped_word(Stopped stopped) {
  switch (stopped) {
    case Stopped::kFinished:
      return "finished";
    case Stopped::kStill:
      return "still";
    case Stopped::kPatience:
      return "patience";
    case Stopped::kInterrupted:
      return "interrupted";
  }
  return {};
}

}  // namespace

void judge_pca(Work& work) { work.pca_validation_mse = pca_mse(work, work.data.split.validation); }

void open_log(Work& work) {
  if (work.from && work.folder.event_files().empty()) return;
  work.log.emplace(work.folder, work.pca_validation_mse);
  if (work.from) {
    work.log->go_on(work.from->checkpoint.epoch);
  } else {
    work.log->begin(work.options);
  }
}

void end_log(Work& work) {
  if (!work.log) return;
  write_projector(work.model, work.data.split, work.folder);
  work.log->end();
}

torch::Tensor samples_picture(const Work& work, const std::string& title) {
  const Split& split = work.data.split;
  const Dataset& samples = split.validation.size() > 0 ? split.validation : split.train;
  const Noise& noise = work.options.training.noise;
  const Comparison shown = compare(work.model, samples, 0, std::min(kPictured, samples.size()),
                                   noise, static_cast<uint64_t>(work.options.training.seed));
  std::vector<PictureRow> rows = {{"original", shown.clean, {}}};
  if (!noise.none()) rows.push_back({"noisy", shown.input, {}});
  rows.push_back({noise.none() ? "rebuilt" : "cleaned", shown.model, {}});
  return side_by_side(title, rows);
}

void draw_samples(const Work& work, const EpochReport& report) {
  if (work.data.split.validation.size() == 0) return;
  write_png(work.folder.sample(report.epoch),
            samples_picture(work, "epoch " + std::to_string(report.epoch) + ": validation MSE " +
                                      fixed(report.validation_mse.value(), 5)));
}

bool Work::time_to_save() {
  constexpr auto kInterval = std::chrono::seconds(1);
  const auto now = std::chrono::steady_clock::now();
  if (model.table && now - saved < kInterval) return false;
  saved = now;
  return true;
}

std::string summary_line(const RunSummary& summary) {
  const auto model = summary.validation_mse ? summary.validation_mse : summary.train_mse;
  const auto pca = summary.validation_mse ? summary.pca_validation_mse : summary.pca_train_mse;
  std::string text = summary.run + ": ";
  if (model) {
    text += (summary.validation_mse ? "validation MSE " : "MSE of the training rows ") +
            fixed(*model, 5);
  } else {
    text += "training loss " + fixed(summary.train_loss, 5);
  }
  if (pca) text += " (PCA of the same size " + fixed(*pca, 5) + ")";
  text += ", epoch " + std::to_string(summary.best_epoch) + " of " +
          std::to_string(summary.epochs) + ", " + duration(summary.seconds);
  if (!model || !pca) return text;
  const bool validated = summary.validation_mse.has_value();
  DataOptions data;
  data.data = summary.data;
  const Verdict found =
      verdict({.model = *model,
               .pca = *pca,
               .samples = validated ? summary.validation_samples : summary.train_samples,
               .rows = is_table(data),
               .trained_on = !validated,
               .chose_epoch = validated});
  return text + "\n" + found.sentence;
}

RunSummary summarise(const Work& work, const TrainReport& report) {
  const Checkpoint& end = report.checkpoint;
  RunSummary summary;
  summary.run = work.folder.path().string();
  summary.stopped = stopped_word(report.stopped);
  summary.epochs = end.epoch;
  summary.best_epoch = end.best_epoch;
  for (const auto& epoch : end.history) {
    summary.seconds += epoch.seconds;
    summary.samples_per_second = epoch.samples_per_second;
    if (epoch.epoch != end.best_epoch) continue;
    summary.train_loss = epoch.train_loss;
    summary.validation_mse = epoch.validation_mse;
    if (epoch.validation_mse) summary.validation_loss = epoch.validation_loss;
  }
  summary.pca_validation_mse = work.pca_validation_mse;
  summary.train_samples = work.data.split.train.size_with_stored();
  summary.validation_samples = work.data.split.validation.size();
  if (work.data.split.validation.size() == 0 && work.model.table) {
    const Dataset& train = work.data.split.train;
    summary.train_mse = evaluate(work.model, train).model.mse;
    summary.pca_train_mse = pca_mse(work, train);
  }
  for (const auto& parameter : work.model.network->parameters()) {
    summary.parameters += parameter.numel();
  }
  summary.seed = work.options.training.seed;
  summary.threads = work.options.training.threads;
  summary.precision = to_text(work.options.training.precision);
  summary.device = work.options.training.device;
  summary.data = work.options.data.data;
  summary.data_sha256 = work.data.hash;
  summary.diabolo_version = DIABOLO_VERSION;
  summary.libtorch_version = TORCH_VERSION;
  summary.opencv_version = CV_VERSION;
  return summary;
}

}  // namespace diabolo::app
