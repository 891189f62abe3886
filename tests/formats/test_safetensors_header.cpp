#include <gmock/gmock.h>

#include "lib/formats/safetensors.hpp"
#include "tests/formats/safetensors_bytes.hpp"

namespace diabolo::formats {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(SafetensorsHeader, ThatIsNotJsonIsRefused) {
  expect_damaged(file_of("{,}"), "its header is not JSON at byte 2");
  expect_damaged(file_of("{} {}"), "its header is not JSON at byte 4");
  expect_damaged(file_of("{\"\xff\":1}"), "its header is not JSON at byte 3");
  expect_damaged(file_of(std::string("{}\0{", 4)), "its header is not JSON at byte 3");
  expect_damaged(std::string(8, '\0') + "{}", "its header is not JSON at byte 1");
}

TEST(SafetensorsHeader, WithAKeyThatComesTwiceIsRefused) {
  const std::string t = R"("t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  expect_damaged(file_of("{" + t + "," + t + "}"),
                 "its header is wrong at 't': this name comes twice");
  expect_damaged(file_of(R"({"__metadata__":{},"__metadata__":{}})"),
                 "its header is wrong at '__metadata__': this name comes twice");
  expect_damaged(file_of(R"({"__metadata__":{"k":"1","k":"1"}})"),
                 "its header is wrong at '__metadata__' 'k': this key comes twice");
  expect_damaged(tensor_of(R"("dtype":"U8","dtype":"U8")"),
                 "its header is wrong at 't' 'dtype': this key comes twice");
}

TEST(SafetensorsHeader, WithAMissingOrUnknownKeyIsRefused) {
  expect_damaged(tensor_of(R"("dtype":"U8","shape":[0])"),
                 "its header is wrong at 't': 'data_offsets' is missing");
  expect_damaged(tensor_of(R"("shape":[0],"data_offsets":[0,0])"),
                 "its header is wrong at 't': 'dtype' is missing");
  expect_damaged(tensor_of(R"("dtype":"U8","data_offsets":[0,0])"),
                 "its header is wrong at 't': 'shape' is missing");
  expect_damaged(tensor_of(R"("size":1)"),
                 "its header is wrong at 't' 'size': this key is unknown");
}

TEST(SafetensorsHeader, WithMetadataThatAreNotTextIsRefused) {
  const auto expect = [](const std::string& value, const std::string& why) {
    expect_damaged(file_of(R"({"__metadata__":{"k":)" + value + "}}"),
                   "its header is wrong at '__metadata__' 'k': " + why);
  };
  expect("1", "a number is not allowed here");
  expect("-1", "a negative number is not allowed here");
  expect("1.5", "a number that is broken or too large is not allowed here");
  expect("null", "'null' is not allowed here");
  expect("true", "a boolean is not allowed here");
  expect("[]", "a list is not allowed here");
  expect("{}", "an object is not allowed here");
}

TEST(SafetensorsHeader, WithAValueOfTheWrongTypeIsRefused) {
  expect_damaged(file_of(R"({"t":1})"), "its header is wrong at 't': a number is not allowed here");
  expect_damaged(file_of(R"({"t":"x"})"), "its header is wrong at 't': a text is not allowed here");
  expect_damaged(file_of(R"({"t":[]})"), "its header is wrong at 't': a list is not allowed here");
  expect_damaged(tensor_of(R"("dtype":8)"),
                 "its header is wrong at 't' 'dtype': a number is not allowed here");
  expect_damaged(tensor_of(R"("dtype":[])"),
                 "its header is wrong at 't' 'dtype': a list is not allowed here");
  expect_damaged(tensor_of(R"("shape":["1"])"),
                 "its header is wrong at 't' 'shape': a text is not allowed here");
  expect_damaged(tensor_of(R"("dtype":"F31")"),
                 "its header is wrong at 't' 'dtype': the type 'F31' is unknown");
}

TEST(SafetensorsHeader, WithDeepNestingIsRefused) {
  const std::string deep(100000, '[');
  expect_damaged(tensor_of(R"("shape":)" + deep),
                 "its header is wrong at 't' 'shape': a list is not allowed here");
}

TEST(SafetensorsHeader, WithABadShapeIsRefused) {
  const auto expect = [](const std::string& shape, const std::string& why) {
    expect_damaged(tensor_of(R"("shape":)" + shape), "its header is wrong at 't' 'shape': " + why);
  };
  expect("[-1]", "a negative number is not allowed here");
  expect("[1.0]", "a number that is broken or too large is not allowed here");
  expect("[9223372036854775808]", "9223372036854775808 is too large");
  std::string many = "[1";
  for (int i = 0; i < 64; ++i) many += ",1";
  expect(many + "]", "there are more than 64 dimensions");
}

TEST(SafetensorsHeader, WithASizeThatOverflowsIsRefused) {
  const std::string large = "4611686018427387904";
  for (const std::string& shape : {large + ",4", large + "," + large, "0," + large + ",4"}) {
    EXPECT_THAT(
        [&] {
          parse_safetensors(
              tensor_of(R"("dtype":"U8","data_offsets":[0,0],"shape":[)" + shape + "]"), "a");
        },
        ThrowsMessage<std::runtime_error>(HasSubstr("but takes 0 bytes")))
        << shape;
  }
}

TEST(SafetensorsHeader, WithOffsetsOtherThanTwoIsRefused) {
  for (const char* offsets : {"[]", "[0]", "[0,0,0]"}) {
    expect_damaged(tensor_of(R"("data_offsets":)" + std::string(offsets)),
                   "its header is wrong at 't' 'data_offsets': two numbers are needed");
  }
}

TEST(SafetensorsHeader, WithATensorOfAnotherSizeThanItsShapeIsRefused) {
  expect_damaged(tensor_of(R"("dtype":"F32","shape":[2,3],"data_offsets":[0,8])", "12345678"),
                 "tensor 't' is F32 2 x 3 but takes 8 bytes");
}

/// A file of two tensors of two bytes, 'a' and 'b', at these offsets.
std::string pair_of(const std::string& a, const std::string& b, const std::string& data) {
  const std::string fields = R"({"dtype":"U8","shape":[2],"data_offsets":)";
  return file_of(R"({"a":)" + fields + a + R"(},"b":)" + fields + b + "}}", data);
}

TEST(SafetensorsHeader, WithGapsOrOverlapsIsRefused) {
  EXPECT_EQ(parse_safetensors(pair_of("[2,4]", "[0,2]", "bbaa"), "a").tensors.size(), 2u);
  expect_damaged(pair_of("[0,2]", "[3,5]", "aa.bb"), "tensor 'b' lies at 3 to 5, 2 is its place");
  expect_damaged(pair_of("[0,2]", "[1,3]", "abb"), "tensor 'b' lies at 1 to 3, 2 is its place");
  expect_damaged(pair_of("[0,2]", "[0,2]", "ab"), "tensor 'b' lies at 0 to 2, 2 is its place");
  expect_damaged(pair_of("[1,3]", "[3,5]", ".aabb"), "tensor 'a' lies at 1 to 3, 0 is its place");
  expect_damaged(pair_of("[0,2]", "[2,1]", "aabb"), "tensor 'b' lies at 2 to 1, 2 is its place");
  expect_damaged(pair_of("[0,2]", "[2,4]", "aab"),
                 "its header describes 4 bytes of data, 3 are there");
}

}  // namespace
}  // namespace diabolo::formats
