// The loop of fit() on a small network, 30-16-2-16-30 in batches of 64, on 100,000 random rows.
// small_net EPOCHS THREADS (0: as fit() chooses): prints rows trained per second, the median over
// the epochs. scripts/bench.sh small compares it with pytorch_small.py, which does the same work.

#include <torch/utils.h>

#include <algorithm>
#include <iostream>
#include <string>

#include "lib/training/fit.hpp"

namespace diabolo {
namespace {

constexpr int64_t kRows = 100'000;
constexpr int64_t kColumns = 30;

Dataset random_rows() {
  torch::manual_seed(0);
  return {.samples = torch::rand({kRows, kColumns}), .labels = {}, .name = "", .sample_names = {}};
}

double rows_per_second(int64_t epochs, int64_t threads) {
  Autoencoder network(AutoencoderOptions{
      .hidden = {16}, .latent = 2, .output = Output::kLinear, .sample_shape = {kColumns}});
  TrainerOptions options;
  options.epochs = epochs;
  options.batch_size = 64;
  options.optimizer = OptimizerKind::kAdam;
  options.weight_decay = 0;
  options.loss = Loss::kMse;
  options.precision = Precision::kFp32;
  options.device = "cpu";
  options.threads = threads;
  std::vector<double> rates;
  const TrainReport report = fit(network, random_rows(), Dataset{}, options);
  for (const auto& epoch : report.epochs()) rates.push_back(epoch.samples_per_second);
  std::ranges::sort(rates);
  return rates[rates.size() / 2];
}

}  // namespace
}  // namespace diabolo

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.size() != 2) {
    std::cerr << "usage: small_net EPOCHS THREADS\n";
    return 2;
  }
  std::cout << diabolo::rows_per_second(std::stoll(arguments[0]), std::stoll(arguments[1])) << "\n";
}
