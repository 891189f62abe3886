#include <gtest/gtest.h>
#include <torch/utils.h>

#include <array>
#include <limits>
#include <vector>

#include "lib/training/matrix_product.hpp"
#include "lib/training/precision.hpp"

namespace diabolo {
namespace {

/// Nothing to test elsewhere: LibTorch multiplies there.
class MatrixProduct : public testing::Test {
 protected:
  void SetUp() override {
    if (!can_multiply(torch::kFloat32)) GTEST_SKIP() << "this processor has no AVX2";
  }
};

torch::Tensor waves(int64_t rows, int64_t columns, double frequency) {
  return (torch::arange(rows * columns, torch::kFloat32) * frequency).sin().view({rows, columns});
}

torch::Tensor empty_result(int64_t rows, int64_t columns) {
  return torch::full({rows, columns}, std::numeric_limits<float>::quiet_NaN());
}

void expect_close(const torch::Tensor& found, const torch::Tensor& wanted) {
  EXPECT_TRUE(torch::allclose(found.to(torch::kFloat64), wanted, 1e-5, 1e-5))
      << (found - wanted).abs().max().item<double>();
}

// Around the sizes of a tile, 6 x 16.
const std::vector<int64_t> kSizes{1, 2, 5, 6, 7, 8, 15, 16, 17, 33, 100};

TEST_F(MatrixProduct, EqualsLibTorchsForAllSizesAndStrides) {
  for (const int64_t rows : kSizes) {
    for (const int64_t columns : kSizes) {
      for (const int64_t depth : kSizes) {
        SCOPED_TRACE(testing::Message() << rows << " x " << depth << " x " << columns);
        const auto a = waves(rows, depth, 0.7);
        const auto b = waves(depth, columns, 1.3);
        const auto wanted = a.to(torch::kFloat64).mm(b.to(torch::kFloat64));
        const auto out = empty_result(rows, columns);
        multiply(a, b, out);
        expect_close(out, wanted);
        const auto of_transposed = empty_result(rows, columns);
        multiply(a.t().contiguous().t(), b, of_transposed);
        EXPECT_TRUE(of_transposed.equal(out));
        const auto bias = waves(1, columns, 0.3).flatten();
        const auto linear = empty_result(rows, columns);
        multiply_linear(a, b.t().contiguous(), bias, linear);
        expect_close(linear, wanted + bias);
      }
    }
  }
}

// So deep that columns are packed in several blocks.
TEST_F(MatrixProduct, IsTheSameToTheBitForAnyNumberOfThreadsAndRows) {
  const auto x = waves(300, 1500, 0.7);
  const auto weight = waves(700, 1500, 1.3);
  const auto bias = waves(1, 700, 0.3).flatten();
  const auto gradient = waves(300, 700, 0.9);
  const auto results = [&](int threads, int64_t rows) {
    const ThreadScope scope(threads);
    std::vector<torch::Tensor> made{empty_result(rows, 700), empty_result(rows, 1500),
                                    empty_result(rows, 20)};
    multiply_linear(x.narrow(0, 0, rows), weight, bias, made[0]);
    multiply(gradient.narrow(0, 0, rows), weight, made[1]);
    multiply_linear(x.narrow(0, 0, rows), weight.narrow(0, 0, 20), bias.narrow(0, 0, 20), made[2]);
    return made;
  };
  const auto wanted = results(1, 300);
  expect_close(wanted[0], x.to(torch::kFloat64).mm(weight.t().to(torch::kFloat64)) + bias);
  for (const int threads : {1, 2, 3}) {
    for (const int64_t rows : {300, 299, 64, 1}) {
      const auto found = results(threads, rows);
      EXPECT_TRUE(found[0].equal(wanted[0].narrow(0, 0, rows))) << threads << ", " << rows;
      EXPECT_TRUE(found[1].equal(wanted[1].narrow(0, 0, rows))) << threads << ", " << rows;
      EXPECT_TRUE(found[2].equal(found[0].narrow(1, 0, 20))) << threads << ", " << rows;
    }
  }
}

// Rows are shared out: there are few columns, though too many to be packed at once, or so many rows
// of the first matrix that no thread is to pack them all.
TEST_F(MatrixProduct, SharesRowsToo) {
  for (const auto& [rows, columns, depth] :
       std::vector<std::array<int64_t, 3>>{{301, 70, 1500}, {4000, 100, 270}}) {
    SCOPED_TRACE(testing::Message() << rows << " x " << depth << " x " << columns);
    const auto a = waves(rows, depth, 0.7);
    const auto b = waves(depth, columns, 1.3);
    const auto wanted = a.to(torch::kFloat64).mm(b.to(torch::kFloat64));
    torch::Tensor first;
    for (const int threads : {1, 2, 3}) {
      const ThreadScope scope(threads);
      const auto out = empty_result(rows, columns);
      multiply(a, b, out);
      const auto of_transposed = empty_result(rows, columns);
      multiply(a.t().contiguous().t(), b, of_transposed);
      if (!first.defined()) first = out;
      EXPECT_TRUE(out.equal(first)) << threads;
      EXPECT_TRUE(of_transposed.equal(first)) << threads;
    }
    EXPECT_TRUE(torch::allclose(first.to(torch::kFloat64), wanted, 1e-5, 1e-4));
  }
}

TEST_F(MatrixProduct, RefusesWhatItWouldMisread) {
  const auto a = waves(4, 3, 0.7);
  const auto out = empty_result(4, 5);
  EXPECT_THROW(multiply(a, waves(4, 5, 0.7), out), c10::Error);
  EXPECT_THROW(multiply(a, waves(5, 3, 0.7).t(), out), c10::Error);
  EXPECT_THROW(multiply(a, waves(3, 6, 0.7), out), c10::Error);
  EXPECT_THROW(multiply(torch::zeros({4, 0}), torch::zeros({0, 5}), out), c10::Error);
  EXPECT_THROW(multiply_linear(a, waves(5, 4, 0.7), waves(1, 5, 0.3), out), c10::Error);
  EXPECT_THROW(multiply_linear(a, waves(6, 3, 0.7), waves(1, 6, 0.3), out), c10::Error);
}

}  // namespace
}  // namespace diabolo
