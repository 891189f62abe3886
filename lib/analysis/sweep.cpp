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

std::vector<SweepRun> gather(Group& group, const std::optional<SweepRun>& here) {
  // Each rank fills a row of its own, so that the sum is all of them: there, latent, seed, mse, has
  // PCA, PCA, seconds.
  auto table = torch::zeros({group.size(), 7}, torch::kFloat64);
  if (here) {
    table[group.rank()].copy_(
        torch::tensor({1.0, static_cast<double>(here->latent), static_cast<double>(here->seed),
                       here->mse, here->pca ? 1.0 : 0.0, here->pca.value_or(0.0), here->seconds},
                      torch::kFloat64));
  }
  group.sum(table);
  std::vector<SweepRun> runs;
  const auto rows = table.accessor<double, 2>();
  for (int64_t rank = 0; rank < group.size(); ++rank) {
    const auto row = rows[rank];
    if (row[0] == 0.0) continue;
    SweepRun run{.latent = static_cast<int64_t>(row[1]),
                 .seed = static_cast<int64_t>(row[2]),
                 .mse = row[3],
                 .pca = {},
                 .seconds = row[6]};
    if (row[4] != 0.0) run.pca = row[5];
    runs.push_back(run);
  }
  return runs;
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
