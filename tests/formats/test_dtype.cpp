#include <gtest/gtest.h>

#include "lib/formats/dtype.hpp"

namespace diabolo::formats {
namespace {

TEST(Dtype, KnowsNameAndSizeOfEachType) {
  EXPECT_EQ(name_of(Dtype::kF64), "F64");
  EXPECT_EQ(size_of(Dtype::kF64), 8u);
  EXPECT_EQ(name_of(Dtype::kF32), "F32");
  EXPECT_EQ(size_of(Dtype::kF32), 4u);
  EXPECT_EQ(name_of(Dtype::kF16), "F16");
  EXPECT_EQ(size_of(Dtype::kF16), 2u);
  EXPECT_EQ(name_of(Dtype::kBF16), "BF16");
  EXPECT_EQ(size_of(Dtype::kBF16), 2u);
  EXPECT_EQ(name_of(Dtype::kI64), "I64");
  EXPECT_EQ(size_of(Dtype::kI64), 8u);
  EXPECT_EQ(name_of(Dtype::kI32), "I32");
  EXPECT_EQ(size_of(Dtype::kI32), 4u);
  EXPECT_EQ(name_of(Dtype::kI16), "I16");
  EXPECT_EQ(size_of(Dtype::kI16), 2u);
  EXPECT_EQ(name_of(Dtype::kI8), "I8");
  EXPECT_EQ(size_of(Dtype::kI8), 1u);
  EXPECT_EQ(name_of(Dtype::kU8), "U8");
  EXPECT_EQ(size_of(Dtype::kU8), 1u);
  EXPECT_EQ(name_of(Dtype::kBool), "BOOL");
  EXPECT_EQ(size_of(Dtype::kBool), 1u);
}

TEST(Dtype, IsFoundByItsName) {
  EXPECT_EQ(dtype_named("BF16"), Dtype::kBF16);
  EXPECT_EQ(dtype_named("BOOL"), Dtype::kBool);
  EXPECT_EQ(dtype_named("f32"), std::nullopt);
  EXPECT_EQ(dtype_named(""), std::nullopt);
}

}  // namespace
}  // namespace diabolo::formats
