#include <gmock/gmock.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>

#include "lib/analysis/procrustes.hpp"
#include "tests/analysis/codes.hpp"

namespace diabolo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

torch::Tensor flat(const std::vector<double>& numbers) {
  return torch::tensor(numbers, torch::kFloat64).view({-1, 2});
}

const std::vector<double> kCorner{0, 0, 2, 0, 0, 1};

TEST(Procrustes, IsThatOfScipy) {
  for (const Golden& wanted : golden("procrustes")) {
    const auto codes = codes_named(wanted.set).codes;
    const auto a = codes.narrow(1, 0, 2);
    const auto b = codes.narrow(1, codes.size(1) - 2, 2);
    EXPECT_NEAR(procrustes_disparity(a, b), wanted.value, 1e-9) << wanted.text();
    EXPECT_NEAR(procrustes_disparity(b, a), wanted.value, 1e-9) << wanted.text();
    const auto wide = a.to(torch::kFloat64);
    const double left = (wide - align(wide, b)).square().sum().item<double>();
    const double size = (wide - wide.mean(0)).square().sum().item<double>();
    EXPECT_NEAR(left / size, wanted.value, 1e-9) << wanted.text();
  }
}

TEST(Procrustes, OfAShapeMovedTurnedScaledAndMirroredIsZero) {
  const auto a = flat(kCorner);
  const double c = std::cos(0.7), s = std::sin(0.7);
  for (const double mirror : {1.0, -1.0}) {
    const auto b = a.mm(flat({c, -s, mirror * s, mirror * c})) * 5 + 40;
    EXPECT_NEAR(procrustes_disparity(a, b), 0.0, 1e-20);
    EXPECT_TRUE(torch::allclose(align(a, b), a, 0, 1e-12)) << align(a, b);
  }
}

TEST(Procrustes, IsTheOneWorkedOutByHand) {
  // A square of half-diagonal 1, and one stretched to half-diagonals 3 and 1: singular values of
  // the product of the unit shapes are 3 * 2 and 1 * 2 by sqrt(4 * 20), whose sum squared is 0.8.
  const auto square = flat({1, 0, -1, 0, 0, 1, 0, -1});
  const auto stretched = flat({3, 0, -3, 0, 0, 1, 0, -1});
  EXPECT_NEAR(procrustes_disparity(square, stretched), 0.2, 1e-12);
  // Scaled by 8 / 20.
  EXPECT_TRUE(torch::allclose(align(square + 7, stretched), stretched * 0.4 + 7));
}

TEST(Align, GivesTheTypeOfTheFirst) {
  const auto a = flat(kCorner).to(torch::kFloat32);
  EXPECT_EQ(align(a, flat(kCorner)).scalar_type(), torch::kFloat32);
}

TEST(Procrustes, SaysWhatIsWrongWithARequest) {
  const auto a = flat(kCorner);
  EXPECT_THAT([&] { procrustes_disparity(a, a.narrow(1, 0, 1)); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("3 x 2"), HasSubstr("3 x 1"))));
  const auto equal = torch::full({3, 2}, 0.1, torch::kFloat64);
  EXPECT_THAT([&] { procrustes_disparity(a, equal); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("second points are equal")));
  EXPECT_THAT([&] { align(equal, a); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("first points are equal")));
  EXPECT_THROW(procrustes_disparity(a / 0, a), std::invalid_argument);
}

}  // namespace
}  // namespace diabolo
