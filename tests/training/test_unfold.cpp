#include <gtest/gtest.h>
#include <torch/utils.h>

#include <stdexcept>
#include <vector>

#include "lib/training/precision.hpp"
#include "lib/training/unfold.hpp"
#include "tests/training/usable_instructions.hpp"

namespace diabolo {
namespace {

torch::Tensor waves(int64_t rows, int64_t columns, double frequency) {
  return (torch::arange(rows * columns, torch::kFloat32) * frequency).sin().view({rows, columns});
}

/// What torch::nn's convolutions have: odd and even sizes, one pixel, more stride than kernel.
std::vector<Windows> shapes(int64_t channels) {
  return {{.channels = channels,
           .height = 6,
           .width = 5,
           .rows = 3,
           .columns = 3,
           .kernel = 3,
           .stride = 2,
           .padding = 1},
          {.channels = channels,
           .height = 4,
           .width = 7,
           .rows = 4,
           .columns = 7,
           .kernel = 3,
           .stride = 1,
           .padding = 1},
          {.channels = channels,
           .height = 5,
           .width = 4,
           .rows = 2,
           .columns = 1,
           .kernel = 2,
           .stride = 3,
           .padding = 0},
          {.channels = channels,
           .height = 1,
           .width = 1,
           .rows = 1,
           .columns = 1,
           .kernel = 3,
           .stride = 2,
           .padding = 1}};
}

TEST(Unfold, GivesEachWindowWhatItSees) {
  const Windows shape{.channels = 1,
                      .height = 2,
                      .width = 3,
                      .rows = 1,
                      .columns = 2,
                      .kernel = 3,
                      .stride = 2,
                      .padding = 1};
  const auto maps = torch::tensor({1.0F, 2.0F, 3.0F, 4.0F, 5.0F, 6.0F}).view({6, 1});
  const auto windows = torch::full({2, 9}, -1.0F);
  unfold(maps, shape, windows);
  const auto wanted = torch::tensor({0.0F, 0.0F, 0.0F, 0.0F, 1.0F, 2.0F, 0.0F, 4.0F, 5.0F,  //
                                     0.0F, 0.0F, 0.0F, 2.0F, 3.0F, 0.0F, 5.0F, 6.0F, 0.0F});
  EXPECT_TRUE(windows.equal(wanted.view({2, 9}))) << windows;
}

// Unfolding is linear, and folding its transpose: <unfold m, w> = <m, fold w>.
TEST(Unfold, FoldIsItsTranspose) {
  constexpr int64_t kSamples = 3;
  for (const int64_t channels : {1, 3, 8, 17, 32}) {
    for (const Windows& shape : shapes(channels)) {
      const auto maps = waves(kSamples * shape.pixels(), channels, 0.7);
      const auto windows = torch::full({kSamples * shape.places(), shape.values()}, -1.0F);
      unfold(maps, shape, windows);
      const auto some = waves(windows.size(0), windows.size(1), 1.3);
      const double wanted = (windows * some).sum(torch::kFloat64).item<double>();
      const auto bias = waves(1, channels, 0.3).flatten();
      for (const Instructions instructions : usable_instructions()) {
        const auto folded = torch::full_like(maps, -1);
        fold(some, shape, /*bias=*/{}, folded, instructions);
        EXPECT_NEAR((maps * folded).sum(torch::kFloat64).item<double>(), wanted, 1e-4);
        const auto shifted = torch::full_like(maps, -1);
        fold(some, shape, bias, shifted, instructions);
        EXPECT_TRUE(torch::allclose(shifted, folded + bias, 1e-5, 1e-6));
      }
    }
  }
}

TEST(Unfold, RoundsToBfloat16WhatItAddsInFloat32) {
  for (const int64_t channels : {1, 17}) {
    for (const Windows& shape : shapes(channels)) {
      const auto maps = waves(2 * shape.pixels(), channels, 0.7).to(torch::kBFloat16);
      const auto windows = torch::empty({2 * shape.places(), shape.values()}, torch::kBFloat16);
      unfold(maps, shape, windows);
      const auto exact = torch::empty(windows.sizes());
      unfold(maps.to(torch::kFloat32), shape, exact);
      EXPECT_TRUE(windows.equal(exact.to(torch::kBFloat16)));
      for (const Instructions instructions : usable_instructions()) {
        const auto folded = torch::empty_like(maps);
        fold(windows, shape, /*bias=*/{}, folded, instructions);
        const auto wanted = torch::empty(maps.sizes());
        fold(exact, shape, /*bias=*/{}, wanted, instructions);
        EXPECT_TRUE(folded.equal(wanted.to(torch::kBFloat16)));
      }
    }
  }
}

TEST(Unfold, IsTheSameToTheBitForAnyNumberOfThreads) {
  const Windows shape{.channels = 9,
                      .height = 30,
                      .width = 31,
                      .rows = 15,
                      .columns = 16,
                      .kernel = 3,
                      .stride = 2,
                      .padding = 1};
  const auto maps = waves(20 * shape.pixels(), shape.channels, 0.7);
  const auto windows = waves(20 * shape.places(), shape.values(), 1.3);
  std::vector<torch::Tensor> found;
  for (const int threads : {1, 3}) {
    const ThreadScope scope(threads);
    found.push_back(torch::empty_like(windows));
    unfold(maps, shape, found.back());
    found.push_back(torch::empty_like(maps));
    fold(windows, shape, /*bias=*/{}, found.back());
  }
  EXPECT_TRUE(found[0].equal(found[2]));
  EXPECT_TRUE(found[1].equal(found[3]));
}

TEST(Unfold, RefusesWhatItWouldMisread) {
  const Windows shape = shapes(2)[0];
  const auto maps = torch::zeros({30, 2});
  const auto windows = torch::zeros({9, 18});
  EXPECT_THROW(unfold(torch::zeros({29, 2}), shape, windows), c10::Error);
  EXPECT_THROW(unfold(maps, shape, torch::zeros({9, 17})), c10::Error);
  EXPECT_THROW(unfold(maps, shape, windows.to(torch::kBFloat16)), c10::Error);
  EXPECT_THROW(fold(windows, shape, {}, torch::zeros({2, 30}).t()), c10::Error);
  EXPECT_THROW(fold(windows, shape, {}, torch::zeros({60, 2})), c10::Error);
}

}  // namespace
}  // namespace diabolo
