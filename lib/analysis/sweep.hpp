#pragma once

#include <optional>
#include <vector>

#include "lib/training/prepare.hpp"

namespace diabolo {

/// One training of a sweep.
struct SweepRun {
  int64_t latent = 0, seed = 0;
  double mse = 0;             ///< Per value, on the samples that the sweep is judged by.
  std::optional<double> pca;  ///< Of PCA with as many numbers; not where it would be exact.
  double seconds = 0;

  bool operator==(const SweepRun&) const = default;
};

/// Trains one network of `latent` numbers and judges it on `judged`.
SweepRun run_sweep(RunOptions options, const PreparedData& data, const Dataset& judged,
                   int64_t latent, int64_t seed, const FitCallbacks& callbacks);

/// What each rank of a group has finished, if anything, on all ranks and in their order.
std::vector<SweepRun> gather(Group& group, const std::optional<SweepRun>& here);

/// All runs of one code size.
struct SweepPoint {
  int64_t latent = 0, seeds = 0;
  double mean = 0, low = 0, high = 0;  ///< Of the MSE over seeds.
  std::optional<double> pca;
};

/// Runs by code size, ascending.
std::vector<SweepPoint> summarise(const std::vector<SweepRun>& runs);

/// The code size behind which more numbers gain little: the point that lies furthest below the
/// straight line from the first to the last, with log2 of the size and the error both stretched to
/// [0, 1] (Kneedle: Satopaa et al. 2011). Nothing for fewer than three sizes, or when no point lies
/// below the line.
std::optional<int64_t> knee(const std::vector<SweepPoint>& points);

}  // namespace diabolo
