// What this machine can do at most, for the figures of scripts/bench.sh: machine THREADS BATCH
// prints a JSON object of fused multiply-adds (GFLOP a second, float32, of code that only counts
// them) and of the samples a second that the matrix products alone of 784-512-256-32 would allow,
// forward and backward, by LibTorch in float32 and bfloat16.

#include <ATen/Parallel.h>
#include <torch/utils.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <string>
#include <thread>

#include "lib/training/stopwatch.hpp"

namespace diabolo {
namespace {

constexpr std::array<int64_t, 7> kWidths{784, 512, 256, 32, 256, 512, 784};
constexpr int kRepeats = 7;

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

constexpr int64_t kChains = 12;  // So that no addition waits for the one before.

template <int64_t Lanes>
using Vector [[gnu::vector_size(Lanes * sizeof(float))]] = float;

/// One vector a chain, so that all of them stay in registers.
template <int64_t Lanes>
[[gnu::always_inline]] inline float multiply_add(int64_t rounds) {
  using Numbers = Vector<Lanes>;
  // Different numbers in each, or one chain would do for all.
  Numbers sums[kChains];
  for (int64_t i = 0; i < kChains; ++i) sums[i] = Numbers{} + static_cast<float>(i);
  const Numbers factor = Numbers{} + 0.999F;
  for (int64_t i = 0; i < rounds; ++i) {
#pragma GCC unroll 12
    for (Numbers& sum : sums) sum = sum * factor + 1.0F;
  }
  float total = 0;
  for (const Numbers& sum : sums) total += sum[0];
  return total;
}

[[gnu::target("avx512f")]] float by_16(int64_t rounds) { return multiply_add<16>(rounds); }
[[gnu::target("avx2,fma")]] float by_8(int64_t rounds) { return multiply_add<8>(rounds); }

double fma_gflops(int threads) {
  constexpr int64_t kRounds = 20'000'000;
  const bool wide = __builtin_cpu_supports("avx512f");
  const double operations = 2.0 * (wide ? 16 : 8) * kChains * kRounds;
  std::vector<double> rates;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const Stopwatch watch;
    std::vector<std::thread> workers;
    std::vector<float> results(static_cast<size_t>(threads));
    for (float& result : results)
      workers.emplace_back([&] { result = wide ? by_16(kRounds) : by_8(kRounds); });
    for (auto& worker : workers) worker.join();
    const bool kept = results[0] > 0;  // So that the work cannot be left out.
    rates.push_back(kept ? threads * operations / watch.seconds() / 1e9 : 0);
  }
  return *std::ranges::max_element(rates);
}

/// The three products of each layer; the first has no gradient of its input.
double product_rate(int64_t batch, torch::ScalarType type) {
  struct Layer {
    torch::Tensor x, weight, y, weight_gradient;
  };
  std::vector<Layer> layers;
  for (size_t i = 0; i + 1 < kWidths.size(); ++i) {
    const auto of = [&](int64_t rows, int64_t columns) {
      return torch::rand({rows, columns}).to(type);
    };
    layers.push_back({of(batch, kWidths[i]), of(kWidths[i + 1], kWidths[i]),
                      of(batch, kWidths[i + 1]), of(kWidths[i + 1], kWidths[i])});
  }
  constexpr int kSteps = 20;
  std::vector<double> rates;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const Stopwatch watch;
    for (int step = 0; step < kSteps; ++step) {
      for (auto& layer : layers) at::mm_out(layer.y, layer.x, layer.weight.t());
      for (size_t i = layers.size(); i-- > 0;) {
        Layer& layer = layers[i];
        at::mm_out(layer.weight_gradient, layer.y.t(), layer.x);
        if (i > 0) at::mm_out(layer.x, layer.y, layer.weight);
      }
    }
    rates.push_back(static_cast<double>(kSteps * batch) / watch.seconds());
  }
  return median(rates);
}

}  // namespace
}  // namespace diabolo

int main(int count, char** words) {
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.size() != 2) {
    std::cerr << "usage: machine THREADS BATCH\n";
    return 2;
  }
  const int threads = std::stoi(arguments[0]);
  const int64_t batch = std::stoll(arguments[1]);
  const c10::InferenceMode without_autograd;
  at::set_num_threads(threads);
  std::cout << "{\"fma_gflops\": " << diabolo::fma_gflops(threads)
            << ", \"products_fp32\": " << diabolo::product_rate(batch, torch::kFloat32)
            << ", \"products_bf16\": " << diabolo::product_rate(batch, torch::kBFloat16) << "}\n";
}
