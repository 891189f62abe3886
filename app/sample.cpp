#include <ATen/CPUGeneratorImpl.h>
#include <torch/utils.h>

#include <iostream>
#include <stdexcept>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "app/terminal.hpp"
#include "lib/output/sample_sink.hpp"

namespace diabolo::app {
namespace {

constexpr int64_t kBatch = 1000;

/// Codes of the standard normal distribution, decoded, some at a time.
void write_samples(const TrainedModel& model, int64_t count, int64_t seed, const std::string& out) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  auto generator = at::make_generator<at::CPUGeneratorImpl>(static_cast<uint64_t>(seed));
  std::vector<int64_t> shape = network->options().code_shape();
  shape.insert(shape.begin(), 0);
  const auto sink = make_sink(out, model, count);
  for (int64_t begin = 0; begin < count; begin += kBatch) {
    shape[0] = std::min(kBatch, count - begin);
    const auto samples = network->decode(at::randn(shape, generator, torch::TensorOptions()));
    sink->add(samples.contiguous(torch::MemoryFormat::Contiguous), nullptr);
  }
  sink->finish();
}

}  // namespace

int run_sample(Arguments arguments) {
  std::string model_path, out;
  int64_t count = 64, seed = 0;
  bool overwrite = false;
  Flags flags(
      "sample", "MODEL --out FILE",
      "New samples: codes drawn from the standard normal distribution, decoded. MODEL was trained\n"
      "with --variational, which makes its codes be distributed like that. Images: .png draws the\n"
      "first 100 in one picture, .npy and .csv hold the values in [0, 1], any other name becomes "
      "a\n"
      "folder of PNGs. Tables: .csv or .npy, in the units of the table.");
  flags.word("MODEL", model_path, /*required=*/true);
  flags.add("count", "samples to draw", count, kAtLeastOne);
  flags.add("seed", "of the codes", seed, kAtLeastZero);
  flags.add("out", "picture.png, samples.npy, samples.csv or a folder", out);
  flags.add_switch("overwrite", "replace what is there", overwrite);
  if (!flags.parse(arguments)) return kDone;
  require_place_for_samples(out, overwrite);
  const TrainedModel model = load_model(model_path);
  if (!model.network->options().variational) {
    throw std::invalid_argument(
        "'" + model_path +
        "' is not variational: nothing says which codes are likely; train one with --variational");
  }
  write_samples(model, count, seed, out);
  std::cout << out << ": " << counted(count, "new sample") << "\n";
  return kDone;
}

}  // namespace diabolo::app
