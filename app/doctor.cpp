#include <ATen/Parallel.h>
#include <torch/cuda.h>
#include <torch/utils.h>
#include <torch/version.h>

#include <chrono>
#include <iostream>
#include <opencv2/core/version.hpp>
#include <thread>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/terminal.hpp"
#include "lib/data/catalog.hpp"
#include "lib/training/distributed/launched_group.hpp"
#include "lib/training/precision.hpp"

namespace diabolo::app {
namespace {

/// Best of a few products of the size that a training step has, in GFLOP a second.
double gemm_gflops(torch::ScalarType type) {
  constexpr int64_t kRows = 1024;
  constexpr int kRounds = 10;
  const auto a = torch::rand({kRows, kRows}).to(type);
  const auto b = torch::rand({kRows, kRows}).to(type);
  double best = 0;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    static_cast<void>(at::mm(a, b));
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * kRows * kRows * kRows / taken.count() / 1e9);
  }
  return best;
}

/// A product in bfloat16 takes seconds where the processor has no instructions for it.
std::string bf16_speed() {
  if (!processor_has_bf16()) return "no bf16";
  return fixed(gemm_gflops(torch::kBFloat16), 0) + " bf16";
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "no vector extensions that matter here" : text;
}

void print_data(DataOptions options) {
  std::cout << "data folder    " << options.folder().string() << ":";
  for (const NamedData& known : known_data()) {
    options.data = known.name;
    std::cout << " " << known.name << (data_is_there(options) ? " (found)" : " (not there)");
  }
  std::cout << "\n";
}

}  // namespace

int run_doctor(Arguments arguments) {
  DataOptions options;
  Flags flags("doctor", "", "Tells what this program runs on, for a report of a fault.");
  flags.add("data-dir", "folder of the named data sets ($DIABOLO_DATA, or data/)",
            options.data_dir);
  if (!flags.parse(arguments)) return kDone;
  const torch::NoGradGuard no_grad;
  const std::string mpi = mpi_version();
  const bool cuda = torch::cuda::is_available();
  std::cout << "diabolo        " << DIABOLO_VERSION << "\n"
            << "LibTorch       " << TORCH_VERSION << "\n"
            << "OpenCV         " << CV_VERSION << "\n"
            << "processor      " << listed(processor_features()) << "\n"
            << "threads        " << at::get_num_threads() << " of "
            << std::thread::hardware_concurrency() << " cores\n"
            << "matrix product " << fixed(gemm_gflops(torch::kFloat32), 0) << " GFLOP/s fp32, "
            << bf16_speed() << "\n"
            << "CUDA           "
            << (cuda ? std::to_string(torch::cuda::device_count()) + " device(s)" : "none") << "\n"
            << "MPI            " << (mpi.empty() ? "none: built without" : mpi) << "\n"
            << "precision      auto means "
            << to_text(resolve_precision(Precision::kAuto, torch::kCPU)) << "\n";
  print_data(options);
  return kDone;
}

}  // namespace diabolo::app
