#include <gmock/gmock.h>

#include <cstring>

#include "lib/formats/file.hpp"
#include "lib/formats/safetensors.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {
namespace {

using testing::ElementsAre;
using testing::Pair;
using testing::ThrowsMessage;

/// Made by the Python package; golden_safetensors.py prints it.
std::string python_file() {
  const std::string header =
      R"({"__metadata__":{"format":"diabolo"},"count":{"dtype":"I64","shape":[],"data_offsets":[0,8]},)"
      R"("bias":{"dtype":"F32","shape":[2],"data_offsets":[8,16]},)"
      R"("mask":{"dtype":"BOOL","shape":[3,1],"data_offsets":[16,19]}}     )";
  const std::string data("\x07\0\0\0\0\0\0\0\0\0\x80?\0\0\0\xc0\x01\0\x01", 19);
  return std::string("\xd8\0\0\0\0\0\0\0", 8) + header + data;
}

/// Its checksum by that script.
constexpr const char* kPythonChecksum =
    "13dcf8062fa36c2d7eb09b72bd41b61c28896f9d5f2581def9d3fe8c50e43b3f";

std::string bytes_of(const std::vector<float>& values) {
  std::string bytes(values.size() * sizeof(float), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

void expect_not_written(const Metadata& metadata, const std::vector<TensorView>& tensors,
                        const std::string& why) {
  const TemporaryFolder folder;
  EXPECT_THAT([&] { write_safetensors(folder / "a", metadata, tensors); },
              ThrowsMessage<std::invalid_argument>("cannot write safetensors: " + why));
  EXPECT_TRUE(folder.names().empty());
}

TEST(Safetensors, ReadsWhatThePythonPackageWrote) {
  const SafetensorsFile file = parse_safetensors(python_file(), "a");
  EXPECT_FALSE(file.checksummed);
  EXPECT_THAT(file.metadata, ElementsAre(Pair("format", "diabolo")));
  ASSERT_EQ(file.tensors.size(), 3u);
  EXPECT_EQ(file.tensors[0].name, "bias");
  EXPECT_EQ(file.tensors[0].dtype, Dtype::kF32);
  EXPECT_THAT(file.tensors[0].shape, ElementsAre(2));
  EXPECT_EQ(file.data(file.tensors[0]), bytes_of({1, -2}));
  EXPECT_EQ(file.tensors[1].name, "count");
  EXPECT_TRUE(file.tensors[1].shape.empty());
  EXPECT_EQ(file.data(file.find("count")), std::string_view("\x07\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(file.find("mask").dtype, Dtype::kBool);
  EXPECT_THAT(file.find("mask").shape, ElementsAre(3, 1));
  EXPECT_EQ(file.data(file.find("mask")), std::string_view("\1\0\1", 3));
}

TEST(Safetensors, ChecksumEqualsThatOfAnotherImplementation) {
  const SafetensorsFile file = parse_safetensors(python_file(), "a");
  std::vector<TensorView> views;
  for (const TensorEntry& tensor : file.tensors) {
    views.push_back({tensor.name, tensor.dtype, tensor.shape, file.data(tensor)});
  }
  EXPECT_EQ(safetensors_checksum(file.metadata, views), kPythonChecksum);
}

TEST(Safetensors, WritesTheBytesOfTheFormat) {
  const TemporaryFolder folder;
  write_safetensors(folder / "a", {{"k", "v"}}, {{"t", Dtype::kU8, {2}, "xy"}});
  const std::string header =
      R"({"__metadata__":{"k":"v","sha256":")" +
      safetensors_checksum({{"k", "v"}}, std::vector<TensorView>{{"t", Dtype::kU8, {2}, "xy"}}) +
      R"("},"t":{"data_offsets":[0,2],"dtype":"U8","shape":[2]}})";
  const std::string padded = header + std::string(160 - header.size(), ' ');
  EXPECT_EQ(read_file(folder / "a", 1000), std::string("\xa0\0\0\0\0\0\0\0", 8) + padded + "xy");
}

TEST(Safetensors, ComeBackAsTheyWereWritten) {
  const TemporaryFolder folder;
  const std::string weights = bytes_of({1, 2, 3, 4, 5, 6});
  const Metadata metadata{
      {"caf\xc3\xa9", "\"quoted\"\n\xe2\x82\xac"}, {"empty", ""}, {"", "no key"}};
  write_safetensors(folder / "a", metadata,
                    {{"z", Dtype::kF32, {2, 3}, weights},
                     {"a", Dtype::kI8, {0, 5}, ""},
                     {"m\xc3\xbc", Dtype::kBF16, {}, "ab"}});
  const SafetensorsFile file = read_safetensors(folder / "a", Checksum::kRequired);
  EXPECT_TRUE(file.checksummed);
  EXPECT_EQ(file.metadata, metadata);
  ASSERT_EQ(file.tensors.size(), 3u);
  EXPECT_EQ(file.data(file.find("z")), weights);
  EXPECT_EQ(file.data(file.find("m\xc3\xbc")), "ab");
  EXPECT_THAT(file.find("a").shape, ElementsAre(0, 5));
  EXPECT_EQ(file.find("a").size, 0u);
}

TEST(Safetensors, OfNothingComeBack) {
  const TemporaryFolder folder;
  write_safetensors(folder / "a", {}, {});
  const SafetensorsFile file = read_safetensors(folder / "a", Checksum::kRequired);
  EXPECT_TRUE(file.metadata.empty());
  EXPECT_TRUE(file.tensors.empty());
  EXPECT_TRUE(parse_safetensors(std::string("\2\0\0\0\0\0\0\0{}", 10), "a").tensors.empty());
}

TEST(Safetensors, OfEqualContentsAreEqualBytes) {
  const TemporaryFolder folder;
  const TensorView one{"one", Dtype::kU8, {1}, "1"};
  const TensorView two{"two", Dtype::kU8, {1}, "2"};
  write_safetensors(folder / "a", {{"k", "v"}}, {one, two});
  write_safetensors(folder / "b", {{"k", "v"}}, {two, one});
  EXPECT_EQ(read_file(folder / "a", 1000), read_file(folder / "b", 1000));
}

TEST(Safetensors, BeginTheirDataAtAMultipleOfEight) {
  const TemporaryFolder folder;
  for (size_t length = 1; length <= 8; ++length) {
    const std::string name(length, 'n');
    write_safetensors(folder / "a", {}, {{name, Dtype::kU8, {1}, "1"}});
    EXPECT_EQ(read_safetensors(folder / "a").find(name).offset % 8, 0u);
  }
}

TEST(Safetensors, SayWhichTensorIsMissing) {
  const SafetensorsFile file = parse_safetensors(python_file(), "m.safetensors");
  EXPECT_THAT([&] { file.find("bia"); },
              ThrowsMessage<std::runtime_error>("'m.safetensors' holds no tensor 'bia'"));
  EXPECT_THAT([&] { file.find("zzz"); },
              ThrowsMessage<std::runtime_error>("'m.safetensors' holds no tensor 'zzz'"));
}

TEST(Safetensors, ThatAreCopiedKeepTheirData) {
  SafetensorsFile file = parse_safetensors(python_file(), "a");
  const SafetensorsFile copy = file;
  file.bytes.assign(file.bytes.size(), 'x');
  EXPECT_EQ(copy.data(copy.find("bias")), bytes_of({1, -2}));
}

TEST(Safetensors, AreNotWrittenWithASizeThatIsNotTheShapes) {
  expect_not_written({}, {{"t", Dtype::kF32, {2, 3}, "abc"}},
                     "tensor 't' is F32 2 x 3 but takes 3 bytes");
  expect_not_written({}, {{"t", Dtype::kI64, {}, "a"}},
                     "tensor 't' is I64 of one number but takes 1 byte");
  expect_not_written({}, {{"t", Dtype::kU8, {-1}, ""}}, "tensor 't' has the length -1");
  const int64_t large = int64_t{1} << 62;
  expect_not_written({}, {{"t", Dtype::kU8, {large, 4}, ""}},
                     "tensor 't' is U8 4611686018427387904 x 4 but takes 0 bytes");
}

TEST(Safetensors, AreNotWrittenWithABadName) {
  const TensorView tensor{"t", Dtype::kU8, {1}, "1"};
  expect_not_written({}, {tensor, tensor}, "tensor 't' comes twice");
  expect_not_written({}, {{"__metadata__", Dtype::kU8, {1}, "1"}},
                     "no tensor can be named '__metadata__'");
  expect_not_written({{"sha256", "x"}}, {}, "metadata 'sha256' is reserved");
}

TEST(Safetensors, AreNotWrittenWithATextThatIsNotUtf8) {
  expect_not_written({}, {{"\xff", Dtype::kU8, {1}, "1"}}, "tensor name '\xff' is not UTF-8");
  expect_not_written({{"\xff", "v"}}, {}, "metadata key '\xff' is not UTF-8");
  expect_not_written({{"k", "\xff"}}, {}, "metadata 'k' is not UTF-8");
}

}  // namespace
}  // namespace diabolo::formats
