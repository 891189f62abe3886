#include <gtest/gtest.h>
#include <torch/types.h>

#include <cmath>
#include <numbers>

#include "lib/analysis/filters.hpp"
#include "lib/analysis/metrics.hpp"
#include "lib/data/noise.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

/// Two images with a dark and a bright half, and noise of `sigma`.
std::pair<torch::Tensor, torch::Tensor> halves(int64_t channels, float sigma) {
  auto clean = torch::full({2, channels, 32, 40}, 0.2F);
  clean.narrow(3, 20, 20).fill_(0.8F);
  auto noisy = clean.clone();
  add_noise(noisy, gaussian_noise(sigma, sigma), {0, 1}, 1, 0);
  return {clean, noisy};
}

TEST(Filters, OfTheMedianTakeOutASinglePixel) {
  auto image = torch::full({1, 1, 5, 6}, 0.25F);
  image[0][0][2][3] = 1.0F;
  image[0][0][0][0] = 0.0F;
  EXPECT_TRUE(torch::equal(median_filter(image), torch::full({1, 1, 5, 6}, 0.25F)));
}

TEST(Filters, OfAGaussianSpreadAPointAsItsFormulaSays) {
  auto image = torch::zeros({1, 1, 21, 21});
  image[0][0][10][10] = 1.0F;
  const auto blurred = gaussian_filter(image, 1.0)[0][0];
  const double peak = blurred[10][10].item<double>();
  EXPECT_NEAR(peak, 1 / (2 * std::numbers::pi), 2e-3);
  EXPECT_NEAR(blurred[10][11].item<double>() / peak, std::exp(-0.5), 1e-4);
  EXPECT_NEAR(blurred[12][11].item<double>() / peak, std::exp(-2.5), 1e-4);
  EXPECT_NEAR(blurred.sum().item<double>(), 1.0, 1e-5);
  EXPECT_TRUE(torch::equal(gaussian_filter(image, 0), image));
}

TEST(Filters, KeepChannelsAndImagesApart) {
  auto image = torch::zeros({2, 3, 16, 16});
  image[1][2].fill_(0.8F);
  for (const auto& filtered :
       {median_filter(image), gaussian_filter(image, 1.0), non_local_means(image, 0.1)}) {
    EXPECT_TRUE(torch::allclose(filtered, image, 0, 1.0 / 255));
  }
}

TEST(Filters, TakeNoiseOutOfFlatAreas) {
  for (const int64_t channels : {1, 3}) {
    const auto [clean, noisy] = halves(channels, 0.1F);
    const double before = psnr(noisy, clean).mean().item<double>();
    for (const auto& filtered :
         {median_filter(noisy), gaussian_filter(noisy, 1.0), non_local_means(noisy, 0.12)}) {
      EXPECT_EQ(filtered.sizes(), noisy.sizes());
      EXPECT_GT(psnr(filtered, clean).mean().item<double>(), before + 2);
    }
  }
}

TEST(Filters, TakeImagesOfOnePixel) {
  const auto image = torch::full({1, 1, 1, 1}, 0.2F);
  EXPECT_TRUE(torch::allclose(median_filter(image), image));
  EXPECT_TRUE(torch::allclose(gaussian_filter(image, 2.0), image));
  EXPECT_TRUE(torch::allclose(non_local_means(image, 0.1), image, 0, 1e-6));
}

}  // namespace
}  // namespace diabolo
