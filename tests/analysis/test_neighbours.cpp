#include <gmock/gmock.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>

#include "lib/analysis/neighbours.hpp"
#include "tests/analysis/codes.hpp"

namespace diabolo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

torch::Tensor on_a_line(const std::vector<double>& places) {
  return torch::tensor(places, torch::kFloat32).unsqueeze(1);
}

TEST(NearestNeighbours, AreThoseWorkedOutByHand) {
  const auto found = nearest_neighbours(on_a_line({0, 1, 3, 7, 3.5}), 2);
  const auto wanted = torch::tensor({1, 2, 0, 2, 4, 1, 4, 2, 2, 1}, torch::kInt64).view({5, 2});
  EXPECT_TRUE(torch::equal(found, wanted)) << found;
}

TEST(NearestNeighbours, OfEquallyFarPointsAreThoseOfTheSmallerIndex) {
  // Corners of a square, from (0, 0) on; then a copy of the first corner.
  const auto square = torch::tensor({0, 0, 0, 1, 1, 0, 1, 1, 0, 0}, torch::kFloat32).view({5, 2});
  const auto found = nearest_neighbours(square + 0.1F, 3);
  const auto wanted =
      torch::tensor({4, 1, 2, 0, 3, 4, 0, 3, 4, 1, 2, 0, 0, 1, 2}, torch::kInt64).view({5, 3});
  EXPECT_TRUE(torch::equal(found, wanted)) << found;
}

TEST(NearestNeighbours, OfEqualPointsAreTheFirstOthers) {
  const auto found = nearest_neighbours(torch::full({700, 3}, 0.1F), 2);
  EXPECT_TRUE(torch::equal(found[0], torch::tensor({1, 2}, torch::kInt64)));
  EXPECT_TRUE(torch::equal(found[1], torch::tensor({0, 2}, torch::kInt64)));
  EXPECT_TRUE(torch::equal(found[699], torch::tensor({0, 1}, torch::kInt64)));
}

TEST(NearestNeighbours, AreFoundWhereFloatProductsCancel) {
  // Two tight groups a million apart: squared distances within a group are 1e-8 of the norms.
  const auto places = torch::arange(100, torch::kFloat64);
  const auto one = at::stack({places, places.square() / 64}, 1);
  const auto points = torch::cat({one, one + 1e6}).to(torch::kFloat32);
  const auto found = nearest_neighbours(points, 1).view({-1});
  for (int64_t i = 0; i < 200; ++i) {
    const int64_t wanted = i % 100 == 0 ? i + 1 : i - 1;  // Steps grow along the parabola.
    EXPECT_EQ(found[i].item<int64_t>(), wanted) << i;
  }
}

TEST(NearestNeighbours, DoNotDependOnTheScale) {
  const auto codes = codes_named("two").codes;
  const auto wanted = nearest_neighbours(codes, 4);
  for (const double scale : {0x1p-110, 0x1p110}) {
    EXPECT_TRUE(torch::equal(nearest_neighbours(codes * scale, 4), wanted)) << scale;
  }
}

TEST(NearestNeighbours, AreAllOthersWhereMoreAreAskedFor) {
  EXPECT_EQ(nearest_neighbours(on_a_line({4, 5, 9}), 10).sizes(), (std::vector<int64_t>{3, 2}));
}

TEST(KnnAccuracy, IsTheOneWorkedOutByHand) {
  const auto line = on_a_line({0, 1, 2, 10, 11, 12.5});
  const auto labels = torch::tensor({0, 0, 1, 1, 1, 0}, torch::kInt64);
  // Nearest: 1, 0, 1, 4, 3, 4 with labels 0, 0, 0, 1, 1, 1.
  EXPECT_DOUBLE_EQ(knn_accuracy(line, labels, 1), 4.0 / 6);
  // Of all five others: 0 0 0 1 1 1 less one's own, so that the other label always wins.
  EXPECT_DOUBLE_EQ(knn_accuracy(line, labels, 5), 0.0);
  EXPECT_DOUBLE_EQ(knn_accuracy(line, labels, 500), 0.0);
}

TEST(KnnAccuracy, GivesEqualVotesToTheSmallestLabel) {
  const auto line = on_a_line({0, 1, 2});
  // Two neighbours with a vote each: 7 and 5 for the first, -3 and 5, -3 and 7.
  EXPECT_DOUBLE_EQ(knn_accuracy(line, torch::tensor({-3, 7, 5}, torch::kInt64), 2), 0.0);
  EXPECT_DOUBLE_EQ(knn_accuracy(line, torch::tensor({5, 7, 5}, torch::kInt64), 2), 2.0 / 3);
}

TEST(KnnAccuracy, IsThatOfScikitLearn) {
  for (const Golden& wanted : golden("knn")) {
    const auto [codes, labels] = codes_named(wanted.set);
    EXPECT_NEAR(knn_accuracy(codes, labels, wanted.number), wanted.value, 1e-9) << wanted.text();
  }
}

TEST(KnnAccuracy, SaysWhatIsWrongWithARequest) {
  const auto two = on_a_line({1, 2});
  const auto labels = torch::tensor({0, 1}, torch::kInt64);
  EXPECT_THAT([&] { knn_accuracy(on_a_line({1}), labels.narrow(0, 0, 1)); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("1 x 1"), HasSubstr("two"))));
  EXPECT_THAT([&] { knn_accuracy(two, labels, 0); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("0 neighbours")));
  EXPECT_THAT([&] { knn_accuracy(two, torch::tensor({0, 1, 2}, torch::kInt64)); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("3"), HasSubstr("2 samples"))));
  EXPECT_THAT([&] { knn_accuracy(two, labels.to(torch::kFloat32)); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("whole")));
  EXPECT_THAT([&] { knn_accuracy(on_a_line({1, NAN}), labels); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("finite")));
  EXPECT_THROW(knn_accuracy(torch::zeros({2, 0}), labels), std::invalid_argument);
  EXPECT_THROW(knn_accuracy(torch::zeros({2, 1, 1, 1}), labels), std::invalid_argument);
}

TEST(Trustworthiness, OfTheSamplesThemselvesIsOne) {
  const auto codes = codes_named("wine").codes;
  EXPECT_DOUBLE_EQ(trustworthiness(codes, codes, 5), 1.0);
  EXPECT_DOUBLE_EQ(trustworthiness(codes, codes * -3, 5), 1.0);
}

TEST(Trustworthiness, IsTheOneWorkedOutByHand) {
  // On `low` 0 and 3 change places. Nearest there: 0 -> 2, 1 -> 3, 2 -> 1, 3 -> 1, 4 -> 0; in
  // `high` these have the ranks 2, 3, 1, 3, 4.
  const auto high = on_a_line({0, 1, 2.5, 4.5, 7});
  const auto low = on_a_line({4.5, 1, 2.5, 0, 7});
  // Excess over 1 neighbour: 1 + 2 + 0 + 2 + 3 = 8; 2 / (5 * 1 * (10 - 3 - 1)) = 1 / 15.
  EXPECT_DOUBLE_EQ(trustworthiness(high, low, 1), 1 - 8.0 / 15);
}

TEST(Trustworthiness, RanksEquallyFarPointsByTheirIndex) {
  // Nearest in `low`: 1, 0, 1, 2, 3, whose ranks among the others are 1, 1, 2, 3, 4.
  EXPECT_DOUBLE_EQ(trustworthiness(torch::ones({5, 3}), on_a_line({0, 1, 2, 3, 4}), 1),
                   1 - 6.0 / 15);
}

TEST(Trustworthiness, IsThatOfScikitLearn) {
  for (const Golden& wanted : golden("trustworthiness")) {
    const auto all = codes_named(wanted.set).codes;
    const auto codes = all.narrow(0, 0, std::min<int64_t>(1000, all.size(0)));
    EXPECT_NEAR(trustworthiness(codes, codes.narrow(1, 0, 2), wanted.number), wanted.value, 1e-9)
        << wanted.text();
  }
}

TEST(Trustworthiness, SaysWhatIsWrongWithARequest) {
  const auto ten = torch::arange(10, torch::kFloat32).unsqueeze(1);
  EXPECT_NO_THROW(trustworthiness(ten, ten, 4));
  EXPECT_THAT([&] { trustworthiness(ten, ten, 5); },
              ThrowsMessage<std::invalid_argument>(
                  AllOf(HasSubstr("5 neighbours"), HasSubstr("more than 10"))));
  EXPECT_THAT([&] { trustworthiness(ten, ten.narrow(0, 0, 9), 2); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("10"), HasSubstr("9"))));
  EXPECT_THROW(trustworthiness(ten, ten, 0), std::invalid_argument);
}

}  // namespace
}  // namespace diabolo
