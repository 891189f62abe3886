// How long one code takes through the library, for scripts/bench.sh: latency MODEL THREADS prints a
// JSON object: microseconds of encoding one image, and milliseconds of loading the model.

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <algorithm>
#include <iostream>
#include <string>

#include "lib/training/stopwatch.hpp"
#include "lib/training/trained_model.hpp"

namespace diabolo {
namespace {

constexpr int kWarmUps = 200;
constexpr int kRepeats = 3000;

double median_microseconds(const TrainedModel& model) {
  const c10::InferenceMode inference;
  Autoencoder network = model.network;
  std::vector<int64_t> shape = network->options().sample_shape;
  shape.insert(shape.begin(), 1);
  const auto image = torch::rand(shape);
  std::vector<double> seconds;
  for (int i = 0; i < kWarmUps + kRepeats; ++i) {
    const Stopwatch watch;
    const auto code = network->encode(image);
    if (i >= kWarmUps) seconds.push_back(watch.seconds());
  }
  std::ranges::sort(seconds);
  return 1e6 * seconds[seconds.size() / 2];
}

}  // namespace
}  // namespace diabolo

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: latency MODEL THREADS\n";
    return 2;
  }
  at::set_num_threads(std::stoi(argv[2]));
  const diabolo::Stopwatch watch;
  const auto model = diabolo::load_model(argv[1]);
  const double load = 1e3 * watch.seconds();
  std::cout << "{\"microseconds\": " << diabolo::median_microseconds(model)
            << ", \"load_milliseconds\": " << load << "}\n";
}
