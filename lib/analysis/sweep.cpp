#include "lib/analysis/sweep.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "lib/analysis/evaluate.hpp"

namespace diabolo {

SweepRun run_sweep(RunOptions options, const PreparedData& data, const Dataset& judged,
                   int64_t latent, int64_t seed, const FitCallbacks& callbacks) {
  const auto begin = std::chrono::steady_clock::now();
  options.model.latent = latent;
  options.training.seed = seed;
  const TrainedModel model = train_model(options, data, callbacks);
  const Evaluation figures = evaluate(model, judged);
  SweepRun run{.latent = latent, .seed = seed, .mse = figures.model.mse, .pca = {}, .seconds = 0};
  if (figures.pca) run.pca = figures.pca->mse;
  run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return run;
}

std::vector<SweepPoint> summarise(const std::vector<SweepRun>& runs) {
  std::map<int64_t, std::vector<SweepRun>> by_size;
  for (const auto& run : runs) by_size[run.latent].push_back(run);
  std::vector<SweepPoint> points;
  for (const auto& [latent, some] : by_size) {
    SweepPoint point{.latent = latent,
                     .seeds = static_cast<int64_t>(some.size()),
                     .mean = 0,
                     .low = some[0].mse,
                     .high = some[0].mse,
                     .pca = some[0].pca};
    for (const auto& run : some) {
      point.mean += run.mse / static_cast<double>(some.size());
      point.low = std::min(point.low, run.mse);
      point.high = std::max(point.high, run.mse);
    }
    points.push_back(point);
  }
  return points;
}

std::optional<int64_t> knee(const std::vector<SweepPoint>& points) {
  if (points.size() < 3) return {};
  const double left = std::log2(points.front().latent);
  const double width = std::log2(points.back().latent) - left;
  const double top = points.front().mean;
  const double height = top - points.back().mean;
  if (height <= 0) return {};
  std::optional<int64_t> best;
  double furthest = 0;
  for (const auto& point : points) {
    const double across = (std::log2(point.latent) - left) / width;
    const double down = (top - point.mean) / height;
    if (down - across <= furthest) continue;
    furthest = down - across;
    best = point.latent;
  }
  return best;
}

}  // namespace diabolo
