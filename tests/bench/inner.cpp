// What the parts of a training step cost, by Google Benchmark: batches from pixels in memory,
// matrix products, losses and activations, one step of a network, the optimizers, codes. Networks
// and data are those of scripts/bench.sh. inner --help; the last argument of each benchmark is the
// number of threads.

#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>
#include <c10/core/InferenceMode.h>
#include <torch/utils.h>

#include "lib/training/batches.hpp"
#include "lib/training/matrix_product.hpp"
#include "lib/training/muon.hpp"
#include "lib/training/optimizer.hpp"
#include "lib/training/pointwise.hpp"
#include "lib/training/written_step.hpp"

namespace diabolo {
namespace {

constexpr int64_t kSamples = 60'000;

Dataset random_images() {
  Dataset dataset;
  dataset.samples = torch::randint(0, 256, {kSamples, 1, 28, 28}, torch::kUInt8);
  return dataset;
}

void count_samples(benchmark::State& state, int64_t each) {
  state.SetItemsProcessed(state.iterations() * each);
}

/// Gather, shift, scale and noise of a batch.
void make_batches(benchmark::State& state, const TrainerOptions& options) {
  const ThreadScope threads(state.range(1));
  const Dataset dataset = random_images();
  const Batches batches(dataset, options, torch::kCPU);
  const auto order = batches.order(1);
  const c10::InferenceMode without_autograd;
  int64_t step = 0;
  for (auto _ : state) {
    const Batch batch = batches.training(order, 1, step++ % (batches.steps() - 1));
    benchmark::DoNotOptimize(batch.input.data_ptr());
  }
  count_samples(state, batches.batch_size());
}

TrainerOptions batches_of(const benchmark::State& state) {
  TrainerOptions options;
  options.batch_size = state.range(0);
  options.shift = 0;
  return options;
}

void batch_plain(benchmark::State& state) { make_batches(state, batches_of(state)); }

void batch_shifted(benchmark::State& state) {
  TrainerOptions options = batches_of(state);
  options.shift = 1;
  make_batches(state, options);
}

void batch_noisy(benchmark::State& state) {
  TrainerOptions options = batches_of(state);
  options.noise = gaussian_noise(0.3, 0.3);
  make_batches(state, options);
}

/// Forward and backward, without the update.
void written_step(benchmark::State& state, const AutoencoderOptions& shape, Precision precision) {
  const ThreadScope threads(state.range(1));
  Autoencoder network(shape);
  WrittenStep step(network, Loss::kBce, precision);
  std::vector<int64_t> sizes = shape.sample_shape;
  sizes.insert(sizes.begin(), state.range(0));
  const auto samples = torch::rand(sizes);
  for (auto _ : state) benchmark::DoNotOptimize(step.run(samples, samples));
  count_samples(state, state.range(0));
}

void step_fp32(benchmark::State& state) { written_step(state, {}, Precision::kFp32); }
void step_bf16(benchmark::State& state) { written_step(state, {}, Precision::kBf16); }

void step_table(benchmark::State& state) {
  AutoencoderOptions small;
  small.hidden = {16};
  small.latent = 2;
  small.sample_shape = {30};
  written_step(state, small, Precision::kFp32);
}

AutoencoderOptions convolutional() {
  AutoencoderOptions shape;
  shape.arch = Architecture::kConv;
  return shape;
}

void step_conv_fp32(benchmark::State& state) {
  written_step(state, convolutional(), Precision::kFp32);
}
void step_conv_bf16(benchmark::State& state) {
  written_step(state, convolutional(), Precision::kBf16);
}

/// The three products of the widest layer, as LibTorch makes them or as matrix_product.hpp does.
void products(benchmark::State& state, torch::ScalarType type, bool by_hand) {
  if (by_hand && !can_multiply(type))
    return state.SkipWithError("this processor lacks the instructions");
  const ThreadScope threads(state.range(1));
  const int64_t batch = state.range(0);
  const auto random = [&](c10::IntArrayRef sizes) { return torch::rand(sizes).to(type); };
  const auto x = random({batch, 784});
  const auto weight = random({512, 784});
  const auto bias = random({512});
  auto y = random({batch, 512});
  auto weight_gradient = torch::empty_like(weight);
  auto x_gradient = torch::empty_like(x);
  const c10::InferenceMode without_autograd;
  for (auto _ : state) {
    if (by_hand) {
      multiply_linear(x, weight, bias, y);
      multiply(y.t(), x, weight_gradient);
      multiply(y, weight, x_gradient);
    } else {
      at::addmm_out(y, bias, x, weight.t());
      at::mm_out(weight_gradient, y.t(), x);
      at::mm_out(x_gradient, y, weight);
    }
  }
  count_samples(state, batch);
}

void products_libtorch(benchmark::State& state) {
  products(state, torch::kFloat32, /*by_hand=*/false);
}
void products_by_hand(benchmark::State& state) {
  products(state, torch::kFloat32, /*by_hand=*/true);
}
void products_libtorch_bf16(benchmark::State& state) {
  products(state, torch::kBFloat16, /*by_hand=*/false);
}
void products_by_hand_bf16(benchmark::State& state) {
  products(state, torch::kBFloat16, /*by_hand=*/true);
}

/// Cross-entropy of images and its slope, SiLU of the widest layer and its slope.
void pointwise(benchmark::State& state, bool by_hand) {
  const ThreadScope threads(state.range(1));
  const int64_t batch = state.range(0);
  const auto logits = torch::randn({batch, 784});
  const auto target = torch::rand({batch, 784});
  auto slopes = torch::empty_like(logits);
  auto losses = torch::empty_like(logits);
  const auto sum = torch::randn({batch, 512});
  auto value = torch::empty_like(sum);
  auto gradient = torch::empty_like(sum);
  const auto scale = torch::full({}, 1.0 / static_cast<double>(logits.numel()));
  const c10::InferenceMode without_autograd;
  for (auto _ : state) {
    gradient.fill_(1);
    if (by_hand) {
      loss_and_slopes(Loss::kBce, Output::kSigmoid, logits, target, slopes);
      silu(sum, value);
      multiply_by_silu_slope(sum, gradient);
    } else {
      at::softplus_out(losses, logits);
      benchmark::DoNotOptimize(losses.addcmul_(target, logits, /*value=*/-1).sum().data_ptr());
      at::sigmoid_out(slopes, logits);
      slopes.sub_(target).mul_(scale);
      at::silu_out(value, sum);
      at::silu_backward_out(gradient, gradient, sum);
    }
  }
  count_samples(state, batch);
}

void pointwise_libtorch(benchmark::State& state) { pointwise(state, /*by_hand=*/false); }
void pointwise_by_hand(benchmark::State& state) { pointwise(state, /*by_hand=*/true); }

void update(benchmark::State& state, OptimizerOptions options) {
  const ThreadScope threads(state.range(0));
  const Autoencoder network(AutoencoderOptions{});
  if (options.kind == OptimizerKind::kMuon) options.by_muon = hidden_matrices(network);
  const FlatParameters parameters(named_parameters(network));
  parameters.gradients().uniform_(-1, 1);
  Optimizer optimizer(parameters, options);
  const c10::InferenceMode without_autograd;
  for (auto _ : state) optimizer.step(1e-3);
}

void update_adamw(benchmark::State& state) { update(state, {.kind = OptimizerKind::kAdamW}); }
void update_muon(benchmark::State& state) { update(state, {.kind = OptimizerKind::kMuon}); }

void encode(benchmark::State& state) {
  const ThreadScope threads(state.range(1));
  Autoencoder network(AutoencoderOptions{});
  const c10::InferenceMode without_autograd;
  const auto samples = torch::rand({state.range(0), 1, 28, 28});
  for (auto _ : state) benchmark::DoNotOptimize(network->encode(samples).data_ptr());
  count_samples(state, state.range(0));
}

constexpr int64_t kThreads = 2;
BENCHMARK(batch_plain)->Args({64, kThreads})->Args({256, kThreads});
BENCHMARK(batch_shifted)->Args({256, kThreads});
BENCHMARK(batch_noisy)->Args({256, kThreads});
BENCHMARK(products_libtorch)->Args({64, kThreads})->Args({256, kThreads});
BENCHMARK(products_by_hand)->Args({64, kThreads})->Args({256, kThreads});
BENCHMARK(products_libtorch_bf16)->Args({64, kThreads})->Args({256, kThreads});
BENCHMARK(products_by_hand_bf16)->Args({64, kThreads})->Args({256, kThreads});
BENCHMARK(pointwise_libtorch)->Args({64, kThreads})->Args({256, kThreads});
BENCHMARK(pointwise_by_hand)->Args({64, kThreads})->Args({256, kThreads});
BENCHMARK(step_fp32)->Args({64, kThreads})->Args({256, kThreads});
BENCHMARK(step_bf16)->Args({64, kThreads})->Args({256, kThreads});
BENCHMARK(step_conv_fp32)->Args({128, kThreads});
BENCHMARK(step_conv_bf16)->Args({128, kThreads});
BENCHMARK(step_table)->Args({64, 1});
BENCHMARK(update_adamw)->Arg(kThreads);
BENCHMARK(update_muon)->Arg(kThreads);
BENCHMARK(encode)->Args({1, 1})->Args({256, kThreads})->Args({4096, kThreads});

}  // namespace
}  // namespace diabolo

BENCHMARK_MAIN();
