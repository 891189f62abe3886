#include <gtest/gtest.h>
#include <torch/utils.h>

#include <array>
#include <limits>
#include <stdexcept>
#include <vector>

#include "lib/training/matrix_product.hpp"
#include "lib/training/precision.hpp"

namespace diabolo {
namespace {

/// What this processor can do: in float32 with each set of instructions, and in bfloat16.
struct Way {
  torch::ScalarType type;
  Instructions instructions;
};

std::vector<Way> ways() {
  std::vector<Way> found;
  for (const auto some : {Instructions::kAvx2, Instructions::kAvx512}) {
    if (processor_has(some)) found.push_back({torch::kFloat32, some});
  }
  if (can_multiply(torch::kBFloat16))
    found.push_back({torch::kBFloat16, Instructions::kAvx512Bf16});
  return found;
}

/// Nothing to test elsewhere: LibTorch multiplies there.
class MatrixProduct : public testing::Test {
 protected:
  void SetUp() override {
    if (ways().empty()) GTEST_SKIP() << "this processor has no AVX2";
  }
};

torch::Tensor waves(int64_t rows, int64_t columns, double frequency, const Way& way) {
  return (torch::arange(rows * columns, torch::kFloat32) * frequency)
      .sin()
      .view({rows, columns})
      .to(way.type);
}

torch::Tensor empty_result(int64_t rows, int64_t columns, const Way& way) {
  return torch::full({rows, columns}, std::numeric_limits<float>::quiet_NaN(), way.type);
}

torch::Tensor exact(const torch::Tensor& values) { return values.to(torch::kFloat64); }

/// Sums are exact but for float32's digits, and are rounded to the type at the end.
void expect_close(const torch::Tensor& found, const torch::Tensor& wanted, double absolute = 1e-5) {
  const double relative = found.scalar_type() == torch::kBFloat16 ? 1.0 / 256 : 1e-5;
  EXPECT_TRUE(torch::allclose(exact(found), wanted, relative, absolute))
      << (exact(found) - wanted).abs().max().item<double>();
}

// Around the sizes of tiles, 6 x 16 and 12 x 32.
const std::vector<int64_t> kSizes{1, 2, 5, 6, 7, 12, 13, 16, 17, 31, 32, 33, 100};

void expect_products(const Way& way, int64_t rows, int64_t columns, int64_t depth) {
  SCOPED_TRACE(testing::Message() << rows << " x " << depth << " x " << columns);
  const auto a = waves(rows, depth, 0.7, way);
  const auto b = waves(depth, columns, 1.3, way);
  const auto wanted = exact(a).mm(exact(b));
  const auto out = empty_result(rows, columns, way);
  multiply(a, b, out, way.instructions);
  expect_close(out, wanted);
  const auto of_transposed = empty_result(rows, columns, way);
  multiply(a.t().contiguous().t(), b, of_transposed, way.instructions);
  EXPECT_TRUE(of_transposed.equal(out));
  const auto bias = waves(1, columns, 0.3, way).flatten();
  const auto linear = empty_result(rows, columns, way);
  multiply_linear(a, b.t().contiguous(), bias, linear, way.instructions);
  expect_close(linear, wanted + exact(bias));
  multiply_linear(a, b.t().contiguous(), /*bias=*/{}, linear, way.instructions);
  EXPECT_TRUE(linear.equal(out));
}

TEST_F(MatrixProduct, EqualsTheExactOneForAllSizesAndStrides) {
  for (const Way& way : ways()) {
    SCOPED_TRACE(way.type);
    for (const int64_t rows : kSizes) {
      for (const int64_t columns : kSizes) {
        for (const int64_t depth : kSizes) expect_products(way, rows, columns, depth);
      }
    }
  }
}

// So deep that columns are packed in several blocks.
TEST_F(MatrixProduct, IsTheSameToTheBitForAnyNumberOfThreadsAndRows) {
  for (const Way& way : ways()) {
    const auto x = waves(300, 1500, 0.7, way);
    const auto weight = waves(700, 1500, 1.3, way);
    const auto bias = waves(1, 700, 0.3, way).flatten();
    const auto gradient = waves(300, 700, 0.9, way);
    const auto results = [&](int threads, int64_t rows) {
      const ThreadScope scope(threads);
      std::vector<torch::Tensor> made{empty_result(rows, 700, way), empty_result(rows, 1500, way),
                                      empty_result(rows, 20, way)};
      multiply_linear(x.narrow(0, 0, rows), weight, bias, made[0], way.instructions);
      multiply(gradient.narrow(0, 0, rows), weight, made[1], way.instructions);
      multiply_linear(x.narrow(0, 0, rows), weight.narrow(0, 0, 20), bias.narrow(0, 0, 20), made[2],
                      way.instructions);
      return made;
    };
    const auto wanted = results(1, 300);
    expect_close(wanted[0], exact(x).mm(exact(weight).t()) + exact(bias), 1e-4);
    for (const int threads : {1, 2, 3}) {
      for (const int64_t rows : {300, 299, 64, 1}) {
        const auto found = results(threads, rows);
        EXPECT_TRUE(found[0].equal(wanted[0].narrow(0, 0, rows))) << threads << ", " << rows;
        EXPECT_TRUE(found[1].equal(wanted[1].narrow(0, 0, rows))) << threads << ", " << rows;
        EXPECT_TRUE(found[2].equal(found[0].narrow(1, 0, 20))) << threads << ", " << rows;
      }
    }
  }
}

// Rows are shared out: there are few columns, though too many to be packed at once, or so many rows
// of the first matrix that no thread is to pack them all.
TEST_F(MatrixProduct, SharesRowsToo) {
  for (const Way& way : ways()) {
    for (const auto& [rows, columns, depth] :
         std::vector<std::array<int64_t, 3>>{{301, 70, 1500}, {4000, 100, 270}, {4001, 100, 271}}) {
      SCOPED_TRACE(testing::Message() << rows << " x " << depth << " x " << columns);
      const auto a = waves(rows, depth, 0.7, way);
      const auto b = waves(depth, columns, 1.3, way);
      torch::Tensor first;
      for (const int threads : {1, 2, 3}) {
        const ThreadScope scope(threads);
        const auto out = empty_result(rows, columns, way);
        multiply(a, b, out, way.instructions);
        const auto of_transposed = empty_result(rows, columns, way);
        multiply(a.t().contiguous().t(), b, of_transposed, way.instructions);
        if (!first.defined()) first = out;
        EXPECT_TRUE(out.equal(first)) << threads;
        EXPECT_TRUE(of_transposed.equal(first)) << threads;
      }
      expect_close(first, exact(a).mm(exact(b)), 1e-4);
    }
  }
}

TEST_F(MatrixProduct, RefusesWhatItWouldMisread) {
  const Way way{torch::kFloat32, Instructions::kAvx2};
  const auto some = [&](int64_t rows, int64_t columns) { return waves(rows, columns, 0.7, way); };
  const auto a = some(4, 3);
  const auto out = empty_result(4, 5, way);
  EXPECT_THROW(multiply(a, some(4, 5), out), c10::Error);
  EXPECT_THROW(multiply(a, some(5, 3).t(), out), c10::Error);
  EXPECT_THROW(multiply(a, some(3, 6), out), c10::Error);
  EXPECT_THROW(multiply(a, some(3, 5).to(torch::kFloat64), out), c10::Error);
  EXPECT_THROW(multiply(torch::zeros({4, 0}), torch::zeros({0, 5}), out), c10::Error);
  EXPECT_THROW(multiply_linear(a, some(5, 4), some(1, 5), out), c10::Error);
  EXPECT_THROW(multiply_linear(a, some(6, 3), some(1, 6), out), c10::Error);
  EXPECT_THROW(multiply_linear(a, some(5, 3), some(1, 5).to(torch::kBFloat16), out), c10::Error);
}

TEST_F(MatrixProduct, NeedsInstructionsThatItIsWrittenFor) {
  const auto ones = torch::ones({2, 2});
  EXPECT_THROW(multiply(ones, ones, torch::empty({2, 2}), Instructions::kAny), std::logic_error);
  const auto rounded = ones.to(torch::kBFloat16);
  EXPECT_THROW(multiply(rounded, rounded, torch::empty_like(rounded), Instructions::kAvx2),
               std::logic_error);
}

}  // namespace
}  // namespace diabolo
