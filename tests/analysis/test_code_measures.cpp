#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lib/analysis/evaluate.hpp"
#include "lib/analysis/linear_probe.hpp"
#include "lib/analysis/neighbours.hpp"
#include "lib/analysis/procrustes.hpp"
#include "lib/analysis/sweep.hpp"

namespace diabolo {
namespace {

using ::testing::HasSubstr;

TEST(KnnAccuracy, LeavesEachSampleOutOfItsOwnNeighbours) {
  const auto codes = torch::tensor({{0.0F}, {1.0F}, {10.0F}, {11.0F}});
  EXPECT_EQ(knn_accuracy(codes, torch::tensor({0, 0, 1, 1}), 1), 1.0);
  EXPECT_EQ(knn_accuracy(codes, torch::tensor({0, 1, 0, 1}), 1), 0.0);
}

TEST(KnnAccuracy, GivesTiesToTheSmallestLabel) {
  // Each has one neighbour of either label on its sides.
  const auto codes = torch::tensor({{0.0F}, {1.0F}, {2.0F}});
  EXPECT_NEAR(knn_accuracy(codes, torch::tensor({0, 0, 1}), 2), 2.0 / 3, 1e-12);
}

TEST(KnnAccuracy, DoesNotDependOnWhereTheOriginIs) {
  const auto codes = at::sin(torch::arange(600, torch::kFloat32).view({300, 2}) * 1.7);
  const auto labels = (codes.select(1, 0) > 0).to(torch::kInt64);
  EXPECT_EQ(knn_accuracy(codes, labels, 5), knn_accuracy(codes + 1000, labels, 5));
  EXPECT_GT(knn_accuracy(codes, labels, 5), 0.9);
}

TEST(Trustworthiness, IsOneForTheSamplesThemselvesAndLessForAnotherOrder) {
  const auto points = torch::arange(40, torch::kFloat32).unsqueeze(1);
  EXPECT_EQ(trustworthiness(points, points * -3, 5), 1.0);
  EXPECT_LT(trustworthiness(points, points.remainder(7), 5), 0.9);
  EXPECT_THROW(trustworthiness(points, points, 20), std::invalid_argument);
}

TEST(LinearProbe, SeparatesWhatALineSeparates) {
  const auto x = torch::arange(40, torch::kFloat32).unsqueeze(1);
  const auto labels = (x.squeeze(1) >= 20).to(torch::kInt64);
  EXPECT_GE(linear_probe_accuracy(x, labels, 5), 0.95);
  const auto parity = torch::arange(40).remainder(2);
  EXPECT_LT(linear_probe_accuracy(x, parity, 5), 0.7);
  EXPECT_THROW(linear_probe_accuracy(x, labels, 1), std::invalid_argument);
}

TEST(Procrustes, SeesThroughMovingTurningMirroringAndScaling) {
  const auto a = at::sin(torch::arange(60, torch::kFloat32).view({30, 2}) * 0.9);
  const auto turn = torch::tensor({{0.6F, 0.8F}, {0.8F, -0.6F}});
  EXPECT_NEAR(procrustes_disparity(a, a.mm(turn) * 7 + 3), 0, 1e-6);
  const auto other = at::cos(torch::arange(60, torch::kFloat32).view({30, 2}) * 2.3);
  EXPECT_GT(procrustes_disparity(a, other), 0.3);
  EXPECT_NEAR(procrustes_disparity(a, other), procrustes_disparity(other, a), 1e-9);
  EXPECT_THROW(procrustes_disparity(a, torch::ones_like(a)), std::invalid_argument);
}

SweepPoint point(int64_t latent, double mse) {
  return {.latent = latent, .seeds = 1, .mean = mse, .low = mse, .high = mse, .pca = {}};
}

TEST(Knee, IsFurthestBelowTheStraightLine) {
  EXPECT_EQ(knee({point(1, 1.0), point(2, 0.2), point(4, 0.1), point(8, 0.0)}), 2);
  EXPECT_EQ(knee({point(1, 1.0), point(2, 0.8), point(4, 0.1), point(8, 0.0)}), 4);
}

TEST(Knee, IsNowhereOnAStraightLineAndOnTwoPoints) {
  EXPECT_FALSE(knee({point(1, 3.0), point(2, 2.0), point(4, 1.0)}));
  EXPECT_FALSE(knee({point(1, 3.0), point(2, 0.0)}));
  EXPECT_FALSE(knee({point(1, 1.0), point(2, 1.5), point(4, 2.0)}));
}

}  // namespace
}  // namespace diabolo
