#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "lib/formats/file.hpp"
#include "lib/formats/npy.hpp"
#include "tests/formats/npy_bytes.hpp"

namespace diabolo::formats {
namespace {

using testing::ElementsAre;
using testing::IsNan;
using testing::ThrowsMessage;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::string_view bytes_of(const std::vector<float>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
}

/// The numbers of a file of one dimension.
std::vector<float> floats_of(const std::string& descr, const std::string& data, size_t count) {
  return NpyFile(npy_of(dictionary_of(descr, "(" + std::to_string(count) + ",)"), data)).floats();
}

void expect_not_written(Dtype dtype, const std::vector<int64_t>& shape, const std::string& why) {
  const TemporaryFolder folder;
  const std::string path = (folder / "a.npy").string();
  EXPECT_THAT([&] { NpyWriter(path, dtype, shape); },
              ThrowsMessage<std::invalid_argument>("cannot write '" + path + "': " + why));
  EXPECT_TRUE(folder.names().empty());
}

TEST(Npy, ReadsWhatNumpyWrote) {
  const NpyFile file(small_npy());
  EXPECT_EQ(file.header(), (NpyHeader{.dtype = Dtype::kF32, .shape = {2, 3}}));
  EXPECT_EQ(file.header().count(), 6u);
  EXPECT_THAT(file.floats(), ElementsAre(0, 1, 2, 3, 4, 5));
}

TEST(Npy, WritesTheBytesThatNumpyWrites) {
  const TemporaryFolder folder;
  NpyWriter writer(folder / "a.npy", Dtype::kF32, {2, 3});
  writer.write(bytes_of({0, 1, 2, 3, 4, 5}));
  writer.commit();
  EXPECT_EQ(read_file(folder / "a.npy", 1000), small_npy());
}

TEST(Npy, ReadsVersionsTwoAndThree) {
  for (const char version : {'\2', '\3'}) {
    const NpyFile file(npy_of(dictionary_of("<f4", "(2,)") + std::string(58, ' ') + "\n",
                              std::string("\0\0\0\0\0\0\x80?", 8), version));
    EXPECT_THAT(file.floats(), ElementsAre(0, 1)) << int{version};
  }
}

TEST(Npy, ReadsASingleNumberAndNone) {
  const NpyFile scalar(npy_of(dictionary_of("<i8", "()"), std::string("\7\0\0\0\0\0\0\0", 8)));
  EXPECT_TRUE(scalar.header().shape.empty());
  EXPECT_THAT(scalar.floats(), ElementsAre(7));
  const NpyFile empty(npy_of(dictionary_of("|u1", "(0, 3)")));
  EXPECT_THAT(empty.header().shape, ElementsAre(0, 3));
  EXPECT_EQ(empty.header().count(), 0u);
  EXPECT_TRUE(empty.floats().empty());
}

/// The bytes and the values are numpy's own; golden_npy.py prints them.
TEST(Npy, ConvertsEveryTypeToFloatAsNumpyDoes) {
  const std::string doubles(
      "\0\0\0\0\0\0\xf8?\0\0\0\0\0\0\0\xc0\0\0\0\0\0\0\xf8\x7f\x9cu\0\x88<\xe4\x37~", 32);
  EXPECT_THAT(floats_of("<f8", doubles, 4), ElementsAre(1.5f, -2, IsNan(), kInfinity));
  EXPECT_THAT(floats_of("<f4", std::string("\0\0\xc0?\0\0\0\xc0\0\0\xc0\x7f\0\0\x80\x7f", 16), 4),
              ElementsAre(1.5f, -2, IsNan(), kInfinity));
  EXPECT_THAT(floats_of("<f2", std::string("\0>\0\xc0\0~\0\xfc\1\0\xff{", 12), 6),
              ElementsAre(1.5f, -2, IsNan(), -kInfinity, 0x1p-24f, 65504));
  EXPECT_THAT(floats_of("<i8", std::string("\0\0\0\0\0\0\0\x80\1\0\0\1\0\0\0\0", 16), 2),
              ElementsAre(-0x1p63f, 16777216));
  EXPECT_THAT(floats_of("<i4", std::string("\0\0\0\x80\7\0\0\0", 8), 2), ElementsAre(-0x1p31f, 7));
  EXPECT_THAT(floats_of("<i2", std::string("\0\x80\7\0", 4), 2), ElementsAre(-32768, 7));
  EXPECT_THAT(floats_of("|i1", "\x80\x7f", 2), ElementsAre(-128, 127));
  EXPECT_THAT(floats_of("<u8", std::string(8, '\xff') + std::string("\7\0\0\0\0\0\0\0", 8), 2),
              ElementsAre(0x1p64f, 7));
  EXPECT_THAT(floats_of("<u4", std::string("\xff\xff\xff\xff\7\0\0\0", 8), 2),
              ElementsAre(0x1p32f, 7));
  EXPECT_THAT(floats_of("<u2", std::string("\xff\xff\7\0", 4), 2), ElementsAre(65535, 7));
  EXPECT_THAT(floats_of("|u1", std::string("\0\x80\xff", 3), 3), ElementsAre(0, 128, 255));
  EXPECT_THAT(floats_of("|b1", std::string("\1\0", 2), 2), ElementsAre(1, 0));
}

TEST(Npy, ConvertsEveryFiniteHalfToItsValue) {
  std::string data;
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    data += static_cast<char>(bits & 0xff);
    data += static_cast<char>(bits >> 8);
  }
  const NpyFile file(npy_of(dictionary_of("<f2", "(65536,)"), data));
  const std::vector<float> values = NpyReader(file.path()).read_floats(65536);
  for (int bits = 0; bits < 0x10000; ++bits) {
    const int exponent = bits >> 10 & 31;
    if (exponent == 31) continue;
    const int fraction = exponent == 0 ? bits & 1023 : (bits & 1023) + 1024;
    const float size = std::ldexp(static_cast<float>(fraction), std::max(exponent, 1) - 25);
    const auto i = static_cast<size_t>(bits);
    ASSERT_EQ(values[i], bits < 0x8000 ? size : -size) << bits;
    ASSERT_EQ(std::signbit(values[i]), bits >= 0x8000) << bits;
  }
}

TEST(Npy, KeepsEveryBitOfFloat32) {
  std::vector<float> values{std::bit_cast<float>(0x7fc12345u), -0.0f, 1e-45f, 3.4028235e38f};
  const NpyFile file(npy_of(dictionary_of("<f4", "(4,)"), std::string(bytes_of(values))));
  EXPECT_EQ(bytes_of(file.floats()), bytes_of(values));
}

TEST(Npy, IsReadInPiecesOfAnySize) {
  std::string data;
  for (int i = 0; i < 200'000; ++i) data += static_cast<char>(i % 251);
  const NpyFile file(npy_of(dictionary_of("|u1", "(200000,)"), data));
  for (const size_t step : {size_t{1000}, size_t{65536}, size_t{99'999}, size_t{300'000}}) {
    NpyReader reader(file.path());
    std::vector<float> all;
    while (true) {
      const std::vector<float> piece = reader.read_floats(step);
      all.insert(all.end(), piece.begin(), piece.end());
      if (piece.size() < step) break;
    }
    ASSERT_EQ(all.size(), data.size());
    for (size_t i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], static_cast<float>(i % 251));
  }
}

TEST(Npy, GivesItsBytesAndNoMoreThanThere) {
  const NpyFile file(small_npy());
  NpyReader reader(file.path());
  std::string piece(100, '?');
  EXPECT_EQ(reader.read(piece.data(), 4), 4u);
  EXPECT_EQ(piece.substr(0, 4), std::string(4, '\0'));
  EXPECT_THAT(reader.read_floats(2), ElementsAre(1, 2));
  EXPECT_EQ(reader.read(piece.data(), 100), 12u);
  EXPECT_EQ(piece.substr(0, 12), std::string("\0\0@@\0\0\x80@\0\0\xa0@", 12));
  EXPECT_EQ(reader.read(piece.data(), 100), 0u);
  EXPECT_TRUE(reader.read_floats(std::numeric_limits<size_t>::max()).empty());
}

TEST(Npy, FillsMemoryThatIsGiven) {
  const NpyFile file(small_npy());
  NpyReader reader(file.path());
  std::array<float, 4> values{};
  EXPECT_EQ(reader.read_floats(values), 4u);
  EXPECT_THAT(values, ElementsAre(0, 1, 2, 3));
  EXPECT_EQ(reader.read_floats(values), 2u);
  EXPECT_THAT(values, ElementsAre(4, 5, 2, 3));
}

TEST(Npy, DoesNotConvertFromWithinANumber) {
  const NpyFile file(small_npy());
  NpyReader reader(file.path());
  char byte = 0;
  reader.read(&byte, 1);
  EXPECT_THAT([&] { reader.read_floats(1); },
              ThrowsMessage<std::logic_error>("NpyReader::read() stopped within a number"));
}

TEST(Npy, ThatShrinksMeanwhileIsNoticed) {
  const NpyFile file(small_npy());
  NpyReader reader(file.path());
  std::filesystem::resize_file(file.path(), 140);
  EXPECT_THAT([&] { reader.read_floats(6); },
              ThrowsMessage<std::runtime_error>(
                  "'" + file.path() + "' is damaged: it became shorter while it was read"));
}

TEST(Npy, OfEveryTypeComesBack) {
  const TemporaryFolder folder;
  for (const Dtype dtype :
       {Dtype::kF64, Dtype::kF32, Dtype::kF16, Dtype::kI64, Dtype::kI32, Dtype::kI16, Dtype::kI8,
        Dtype::kU64, Dtype::kU32, Dtype::kU16, Dtype::kU8, Dtype::kBool}) {
    const std::string data(3 * size_of(dtype), '\1');
    NpyWriter writer(folder / "a.npy", dtype, {3, 1});
    for (const char byte : data) writer.write({&byte, 1});
    writer.commit();
    NpyReader reader(folder / "a.npy");
    EXPECT_EQ(reader.header(), (NpyHeader{.dtype = dtype, .shape = {3, 1}}));
    std::string back(data.size(), '\0');
    EXPECT_EQ(reader.read(back.data(), back.size()), back.size());
    EXPECT_EQ(back, data) << name_of(dtype);
  }
}

TEST(Npy, OfAnyShapeBeginsItsNumbersAtAMultipleOf64) {
  const TemporaryFolder folder;
  const auto check = [&](const std::vector<int64_t>& shape) {
    NpyWriter writer(folder / "a.npy", Dtype::kU8, shape);
    writer.commit();
    const std::string file = read_file(folder / "a.npy", 10000);
    EXPECT_EQ(file.size() % 64, 0u);
    EXPECT_LE(file.size() - file.find('}'), 65u);  // the brace, at most 63 spaces, the line end
    EXPECT_EQ(NpyReader(folder / "a.npy").header().shape, shape);
  };
  check({0});
  for (size_t dimensions = 1; dimensions < 64; ++dimensions) {
    std::vector<int64_t> shape(dimensions, 1);
    shape.push_back(0);
    check(shape);
  }
  check({std::numeric_limits<int64_t>::max(), 0});
}

TEST(Npy, IsNotThereBeforeItIsCommitted) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "a.npy", "old");
  {
    NpyWriter writer(folder / "a.npy", Dtype::kU8, {2});
    writer.write("ab");
    EXPECT_EQ(read_file(folder / "a.npy", 1000), "old");
  }
  EXPECT_EQ(read_file(folder / "a.npy", 1000), "old");
  EXPECT_THAT(folder.names(), ElementsAre("a.npy"));
}

TEST(Npy, IsNotCommittedWithMoreOrFewerBytesThanItsShapeTakes) {
  const TemporaryFolder folder;
  for (const size_t size : {23u, 25u}) {
    NpyWriter writer(folder / "a.npy", Dtype::kF32, {2, 3});
    writer.write(std::string(size, 'x'));
    EXPECT_THAT([&] { writer.commit(); },
                ThrowsMessage<std::logic_error>("an NPY array F32 2 x 3 takes 24 bytes, " +
                                                std::to_string(size) + " were written"));
  }
  EXPECT_TRUE(folder.names().empty());
}

TEST(Npy, IsNotWrittenWithAWrongShapeOrType) {
  expect_not_written(Dtype::kBF16, {1}, "NPY has no type BF16");
  expect_not_written(Dtype::kF32, {2, -1}, "an NPY dimension cannot be -1 long");
  expect_not_written(Dtype::kF32, std::vector<int64_t>(65, 1),
                     "an NPY array has at most 64 dimensions, not 65");
  expect_not_written(Dtype::kF32, {int64_t{1} << 61}, "F32 2305843009213693952 is too large");
}

}  // namespace
}  // namespace diabolo::formats
