#include "app/train_report.hpp"

#include <torch/version.h>

#include <algorithm>
#include <opencv2/core/version.hpp>

#include "app/terminal.hpp"
#include "lib/analysis/evaluate.hpp"
#include "lib/data/image_io.hpp"
#include "lib/output/pictures.hpp"

namespace diabolo::app {
namespace {

constexpr int64_t kPictured = 10;  // Validation samples in each epoch's picture.

/// What PCA makes of the validation samples, the yardstick of the progress and of the summary.
std::optional<double> pca_validation_mse(const Work& work) {
  const Dataset& validation = work.split.validation;
  if (validation.size() == 0 || !work.model.pca.defined()) return {};
  const auto clean = to_unit(validation.samples);
  return at::mse_loss(work.model.pca.reconstruct(clean), clean).item<double>();
}

}  // namespace

void draw_samples(const Work& work, const EpochReport& report) {
  const Dataset& validation = work.split.validation;
  if (validation.size() == 0) return;
  const Noise& noise = work.options.training.noise;
  const Comparison shown =
      compare(work.model, validation, 0, std::min(kPictured, validation.size()), noise,
              static_cast<uint64_t>(work.options.training.seed));
  std::vector<PictureRow> rows = {{"original", shown.clean, {}}};
  if (!noise.none()) rows.push_back({"noisy", shown.input, {}});
  rows.push_back({noise.none() ? "rebuilt" : "cleaned", shown.model, {}});
  write_png(work.folder.sample(report.epoch),
            side_by_side("epoch " + std::to_string(report.epoch) + ": validation MSE " +
                             fixed(report.validation_mse.value(), 5),
                         rows));
}

RunSummary summarise(const Work& work, const TrainReport& report) {
  const Checkpoint& end = report.checkpoint;
  RunSummary summary;
  summary.run = work.folder.path().string();
  summary.stopped = report.stopped == Stopped::kFinished   ? "finished"
                    : report.stopped == Stopped::kPatience ? "patience"
                                                           : "interrupted";
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
  summary.pca_validation_mse = pca_validation_mse(work);
  for (const auto& parameter : work.model.network->parameters()) {
    summary.parameters += parameter.numel();
  }
  summary.seed = work.options.training.seed;
  summary.threads = work.options.training.threads;
  summary.precision = to_text(work.options.training.precision);
  summary.device = work.options.training.device;
  summary.data = work.options.data.data;
  summary.data_sha256 = work.data_hash;
  summary.diabolo_version = DIABOLO_VERSION;
  summary.libtorch_version = TORCH_VERSION;
  summary.opencv_version = CV_VERSION;
  return summary;
}

}  // namespace diabolo::app
