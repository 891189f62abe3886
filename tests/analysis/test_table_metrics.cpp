#include <gmock/gmock.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>

#include "lib/analysis/table_metrics.hpp"
#include "tests/analysis/codes.hpp"

namespace diabolo {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// As rebuilt_of in tests/golden/make_codes.py.
torch::Tensor rebuilt_of(const torch::Tensor& codes) {
  const auto i = torch::arange(codes.size(0)).unsqueeze(1);
  const auto k = torch::arange(codes.size(1));
  auto error = (((i * 7 + k * 5).remainder(9) - 4) * (k + 1)).to(torch::kFloat64) / 8;
  error.select(1, -1).zero_();
  return codes + error;
}

torch::Tensor table(const std::vector<double>& numbers, int64_t columns) {
  return torch::tensor(numbers, torch::kFloat64).view({-1, columns});
}

TEST(TableMetrics, AreThoseOfScikitLearn) {
  for (const Golden& wanted : golden("r2")) {
    const auto clean = codes_named(wanted.set).codes.to(torch::kFloat64);
    EXPECT_NEAR(r2(rebuilt_of(clean), clean), wanted.value, 1e-9) << wanted.text();
  }
  for (const Golden& wanted : golden("column_r2")) {
    const auto clean = codes_named(wanted.set).codes.to(torch::kFloat64);
    const auto found = column_r2(rebuilt_of(clean), clean);
    EXPECT_NEAR(found[wanted.number].item<double>(), wanted.value,
                1e-9 * (1 + std::abs(wanted.value)))
        << wanted.text();
  }
  for (const Golden& wanted : golden("mse")) {
    const auto clean = codes_named(wanted.set).codes.to(torch::kFloat64);
    TableFigureSum sum;
    sum.add(rebuilt_of(clean), clean);
    const double found = sum.figures().mse[wanted.number].item<double>();
    EXPECT_NEAR(found, wanted.value, 1e-9 * (1 + wanted.value)) << wanted.text();
  }
}

TEST(TableMetrics, AreTheFormulasWorkedOutByHand) {
  // Column 0: mean 2, squared distances 2, errors 0, 0, 1. Column 1: mean 20, 200; errors 2, 0, 4.
  const auto clean = table({1, 10, 2, 20, 3, 30}, 2);
  const auto rebuilt = table({1, 12, 2, 20, 4, 26}, 2);
  TableFigureSum sum;
  sum.add(rebuilt, clean);
  const TableFigures found = sum.figures();
  EXPECT_EQ(found.rows, 3);
  EXPECT_TRUE(torch::allclose(found.mse, table({1.0 / 3, 20.0 / 3}, 2)[0]));
  EXPECT_TRUE(torch::allclose(found.rmse, table({1.0 / 3, 20.0 / 3}, 2)[0].sqrt()));
  EXPECT_TRUE(torch::allclose(found.r2, table({0.5, 0.9}, 2)[0]));
  EXPECT_NEAR(found.total_r2.value(), 1 - 21.0 / 202, 1e-12);
  EXPECT_TRUE(torch::equal(column_r2(rebuilt, clean), found.r2));
  EXPECT_EQ(r2(rebuilt, clean), found.total_r2);
}

TEST(ColumnR2, OfAConstantColumnIsOneWhereItIsExactElseZero) {
  // 0.1 is no sum of powers of two, so that a mean of many is not 0.1.
  auto clean = torch::full({1000, 3}, 0.1, torch::kFloat64);
  clean.select(1, 2).copy_(torch::arange(1000));
  auto rebuilt = clean.clone();
  rebuilt.select(1, 1).add_(0.01);
  EXPECT_TRUE(torch::equal(column_r2(rebuilt, clean), table({1, 0, 1}, 3)[0]));
  EXPECT_DOUBLE_EQ(r2(rebuilt, clean), 1.0);  // Constant columns do not count ...
  EXPECT_DOUBLE_EQ(r2(rebuilt.narrow(1, 0, 2), clean.narrow(1, 0, 2)), 0.5);  // ... unless all are.
}

TEST(TableFigureSum, IsTheSameWhateverTheBatches) {
  const auto clean = codes_named("far").codes;
  const auto rebuilt = rebuilt_of(clean);
  TableFigureSum whole, parts;
  whole.add(rebuilt, clean);
  for (int64_t begin = 0, rows = 1; begin < 500; begin += rows, rows = 37) {
    const int64_t count = std::min(rows, 500 - begin);
    parts.add(rebuilt.narrow(0, begin, count), clean.narrow(0, begin, count));
  }
  EXPECT_EQ(parts.figures().rows, 500);
  EXPECT_TRUE(torch::allclose(parts.figures().mse, whole.figures().mse, 1e-12, 0));
  EXPECT_TRUE(torch::allclose(parts.figures().r2, whole.figures().r2, 1e-10, 0));
  EXPECT_NEAR(parts.figures().total_r2.value(), whole.figures().total_r2.value(), 1e-12);
}

TEST(TableFigureSum, KeepsItsPrecisionFarFromZero) {
  const auto near = table({0, 1, 2, 3, 4, 5, 6, 7}, 1);
  const auto rebuilt = table({1, 1, 2, 3, 4, 5, 6, 7}, 1);
  TableFigureSum sum;
  for (int64_t row = 0; row < 8; row += 2) {
    sum.add(rebuilt.narrow(0, row, 2) + 1e12, near.narrow(0, row, 2) + 1e12);
  }
  EXPECT_NEAR(sum.figures().total_r2.value(), 1 - 1.0 / 42, 1e-12);
}

TEST(TableFigureSum, LeavesFilledCellsOut) {
  // As if column 0 had the rows 0, 1, 3 alone and column 1 none.
  const auto clean = table({1, 10, 2, 20, 99, 30, 3, 40}, 2);
  const auto rebuilt = table({1, 12, 2, 20, 0, 26, 4, 41}, 2);
  const auto filled = torch::tensor({0, 1, 0, 1, 1, 1, 0, 1}).view({4, 2}).to(torch::kBool);
  TableFigureSum sum;
  for (int64_t row = 0; row < 4; row += 2) {
    sum.add(rebuilt.narrow(0, row, 2), clean.narrow(0, row, 2), filled.narrow(0, row, 2));
  }
  const TableFigures found = sum.figures();
  EXPECT_TRUE(torch::equal(found.counts, table({3, 0}, 2)[0]));
  EXPECT_NEAR(found.mse[0].item<double>(), 1.0 / 3, 1e-12);
  EXPECT_NEAR(found.r2[0].item<double>(), 0.5, 1e-12);
  EXPECT_NEAR(found.total_r2.value(), 0.5, 1e-12);
  EXPECT_TRUE(std::isnan(found.mse[1].item<double>()));
}

TEST(TableFigureSum, HasNoR2OfASingleRow) {
  TableFigureSum sum;
  sum.add(table({1, 4}, 2), table({1, 2}, 2));
  EXPECT_TRUE(torch::equal(sum.figures().mse, table({0, 4}, 2)[0]));
  EXPECT_FALSE(sum.figures().r2.defined());
  EXPECT_FALSE(sum.figures().total_r2.has_value());
}

TEST(TableMetrics, SayWhatIsWrongWithARequest) {
  const auto clean = table({1, 2, 3, 4, 5, 6}, 2);
  EXPECT_THAT([&] { r2(clean.narrow(0, 0, 2), clean); },
              ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("2 x 2"), HasSubstr("3 x 2"))));
  EXPECT_THAT([&] { column_r2(clean.narrow(0, 0, 1), clean.narrow(0, 0, 1)); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("2 rows")));
  EXPECT_THROW(r2(clean.narrow(0, 0, 0), clean.narrow(0, 0, 0)), std::invalid_argument);
  TableFigureSum sum;
  EXPECT_THROW(sum.figures(), std::invalid_argument);
  sum.add(clean, clean);
  EXPECT_THAT(
      [&] { sum.add(clean.narrow(1, 0, 1), clean.narrow(1, 0, 1)); },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("1 columns"), HasSubstr("rows of 2"))));
  EXPECT_EQ(sum.figures().rows, 3);
}

}  // namespace
}  // namespace diabolo
