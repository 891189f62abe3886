#include <gmock/gmock.h>
#include <torch/types.h>

#include <fstream>
#include <sstream>

#include "lib/analysis/metrics.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

torch::Tensor images_of(const std::vector<int64_t>& shape) { return to_unit(noisy_bytes(shape)); }

TEST(Metrics, AreTheFormulasWorkedOutByHand) {
  const auto clean =
      torch::tensor({0.0F, 1.0F, 0.5F, 0.25F, 0.0F, 1.0F, 0.5F, 0.25F}).view({2, 1, 2, 2});
  const auto rebuilt =
      torch::tensor({0.1F, 0.9F, 0.5F, 0.25F, 0.2F, 0.8F, 0.9F, 0.25F}).view({2, 1, 2, 2});
  const auto squared = squared_errors(rebuilt, clean);
  EXPECT_EQ(squared.scalar_type(), torch::kFloat64);
  EXPECT_NEAR(squared[0].item<double>(), 0.02, 1e-7);
  EXPECT_NEAR(squared[1].item<double>(), 0.24, 1e-7);
  // MSE 0.005 and 0.06.
  EXPECT_NEAR(psnr(rebuilt, clean)[0].item<double>(), 10 * std::log10(1 / 0.005), 1e-5);
  EXPECT_NEAR(psnr(rebuilt, clean)[1].item<double>(), 10 * std::log10(1 / 0.06), 1e-5);
}

TEST(Psnr, OfAnExactImageCountsAs100Decibels) {
  const auto image = images_of({2, 1, 4, 4});
  EXPECT_NEAR(psnr(image, image)[1].item<double>(), 100.0, 1e-9);
}

TEST(CrossEntropy, IsTheFormulaWorkedOutByHand) {
  const auto clean = torch::tensor({{0.0F, 1.0F, 0.25F}});
  const auto rebuilt = torch::tensor({{0.5F, 0.8F, 0.25F}});
  const double own = -(0.25 * std::log(0.25) + 0.75 * std::log(0.75));
  EXPECT_NEAR(cross_entropies(rebuilt, clean)[0].item<double>(),
              (std::log(2) - std::log(0.8) + own) / 3, 1e-6);
}

TEST(CrossEntropy, HasItsFloorWhereNothingIsWrong) {
  const auto clean = images_of({3, 1, 5, 5});
  const auto floor = cross_entropies(clean, clean);
  for (const double change : {-0.1, 0.1}) {
    const auto other = cross_entropies((clean + change).clamp(0, 1), clean);
    EXPECT_TRUE((other > floor).all().item<bool>());
  }
  // Black and white have no entropy, and a value of the wrong colour still a finite one.
  const auto black = torch::zeros({1, 4});
  EXPECT_NEAR(cross_entropies(black, black)[0].item<double>(), 0.0, 1e-6);
  EXPECT_NEAR(cross_entropies(1 - black, black)[0].item<double>(), -std::log(1e-7), 0.2);
}

TEST(Ssim, OfAnImageWithItselfIsOne) {
  for (const std::vector<int64_t>& shape : {std::vector<int64_t>{2, 1, 28, 28}, {3, 3, 11, 13}}) {
    const auto image = images_of(shape);
    EXPECT_TRUE(torch::allclose(ssim(image, image), torch::ones({shape[0]}, torch::kFloat64)));
  }
  const auto flat = torch::full({1, 1, 11, 11}, 0.7F);
  EXPECT_NEAR(ssim(flat, flat)[0].item<double>(), 1.0, 1e-4);
}

TEST(Ssim, DoesNotCareWhichOfTheTwoIsTheCleanOne) {
  const auto a = images_of({2, 1, 20, 16});
  const auto b = a.flip(0).contiguous();
  EXPECT_TRUE(torch::allclose(ssim(a, b), ssim(b, a)));
  EXPECT_LT(ssim(a, b)[0].item<double>(), 0.5);
}

TEST(Ssim, RefusesImagesSmallerThanItsWindow) {
  for (const auto& shape : {std::vector<int64_t>{1, 1, 10, 11}, {1, 1, 11, 10}}) {
    const auto image = images_of(shape);
    EXPECT_THAT([&] { ssim(image, image); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("11 x 11")));
  }
}

/// The two images that tests/golden/make_metrics.py makes of the same numbers.
std::pair<torch::Tensor, torch::Tensor> image_pair(int64_t pair, int64_t channels, int64_t height,
                                                   int64_t width, int64_t strength) {
  const auto c = torch::arange(channels).view({channels, 1, 1});
  const auto y = torch::arange(height).view({height, 1});
  const auto x = torch::arange(width);
  const auto clean = (x * (3 + pair) + y * (5 + 2 * pair) + x * y + 40 * c).remainder(256);
  const auto change =
      (7 * x * x + 11 * y * (x + 1) + 3 * c + pair).remainder(2 * strength + 1) - strength;
  return {to_unit(clean.unsqueeze(0)), to_unit((clean + change).clamp(0, 255).unsqueeze(0))};
}

TEST(Metrics, AreThoseOfScikitImage) {
  std::ifstream golden(DIABOLO_GOLDEN_METRICS);
  std::string line;
  std::getline(golden, line);  // What the columns are.
  int pairs = 0;
  while (std::getline(golden, line)) {
    std::istringstream words(line);
    int64_t pair = 0, channels = 0, height = 0, width = 0, strength = 0;
    double wanted_psnr = 0, wanted_ssim = 0;
    words >> pair >> channels >> height >> width >> strength >> wanted_psnr >> wanted_ssim;
    ASSERT_TRUE(words) << line;
    const auto [clean, other] = image_pair(pair, channels, height, width, strength);
    EXPECT_NEAR(psnr(other, clean)[0].item<double>(), wanted_psnr, 1e-4) << line;
    EXPECT_NEAR(ssim(other, clean)[0].item<double>(), wanted_ssim, 1e-4) << line;
    ++pairs;
  }
  EXPECT_EQ(pairs, 7);
}

TEST(FigureSum, IsTheMeanOverSamplesWhateverTheBatches) {
  const auto clean = images_of({5, 1, 12, 12});
  const auto rebuilt = (clean * 0.8 + 0.1).contiguous();
  FigureSum sum(/*with_bce=*/true);
  sum.add(rebuilt.narrow(0, 0, 4), clean.narrow(0, 0, 4));
  sum.add(rebuilt.narrow(0, 4, 1), clean.narrow(0, 4, 1));
  const Figures figures = sum.mean();
  EXPECT_NEAR(figures.mse, (rebuilt - clean).square().mean().item<double>(), 1e-8);
  EXPECT_NEAR(figures.squared_error, figures.mse * 144, 1e-6);
  EXPECT_NEAR(figures.psnr.value(), psnr(rebuilt, clean).mean().item<double>(), 1e-6);
  EXPECT_NEAR(figures.ssim.value(), ssim(rebuilt, clean).mean().item<double>(), 1e-6);
  EXPECT_NEAR(figures.bce.value(), cross_entropies(rebuilt, clean).mean().item<double>(), 1e-6);
  EXPECT_NEAR(figures.bce_floor.value(), cross_entropies(clean, clean).mean().item<double>(), 1e-6);
}

TEST(FigureSum, LeavesOutWhatDoesNotApply) {
  FigureSum sum(/*with_bce=*/false);
  const auto small = images_of({2, 1, 10, 12});
  sum.add(small, small);
  EXPECT_FALSE(sum.mean().ssim.has_value());
  EXPECT_FALSE(sum.mean().bce.has_value());
  EXPECT_FALSE(sum.mean().bce_floor.has_value());
}

}  // namespace
}  // namespace diabolo
