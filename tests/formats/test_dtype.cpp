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
  EXPECT_EQ(name_of(Dtype::kU64), "U64");
  EXPECT_EQ(size_of(Dtype::kU64), 8u);
  EXPECT_EQ(name_of(Dtype::kU32), "U32");
  EXPECT_EQ(size_of(Dtype::kU32), 4u);
  EXPECT_EQ(name_of(Dtype::kU16), "U16");
  EXPECT_EQ(size_of(Dtype::kU16), 2u);
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

TEST(Dtype, GivesTheSizeOfATensorUnlessItIsTooLarge) {
  EXPECT_EQ(tensor_size(Dtype::kF32, {2, 3}), 24u);
  EXPECT_EQ(tensor_size(Dtype::kI64, {}), 8u);
  EXPECT_EQ(tensor_size(Dtype::kI64, {5, 0}), 0u);
  const int64_t large = int64_t{1} << 62;
  EXPECT_EQ(tensor_size(Dtype::kU8, {large}), uint64_t{1} << 62);
  EXPECT_EQ(tensor_size(Dtype::kU8, {large, 2}), std::nullopt);
  EXPECT_EQ(tensor_size(Dtype::kU8, {0, large, large}), std::nullopt);
}

}  // namespace
}  // namespace diabolo::formats
