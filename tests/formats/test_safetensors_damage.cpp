#include <gmock/gmock.h>

#include "lib/formats/file.hpp"
#include "lib/formats/safetensors.hpp"
#include "tests/formats/safetensors_bytes.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::formats {
namespace {

using testing::AnyOf;
using testing::StartsWith;
using testing::ThrowsMessage;

void expect_other_kind(const std::string& bytes, const std::string& why) {
  EXPECT_THAT([&] { parse_safetensors(bytes, "a"); },
              ThrowsMessage<std::invalid_argument>("'a' is not a safetensors file: " + why));
}

/// Our own small file with a bit of everything.
std::string small_file() {
  const TemporaryFolder folder;
  write_safetensors(folder / "a", {{"key", "v\xc3\xa9\n"}},
                    {{"w", Dtype::kI16, {1, 2}, "abcd"}, {"b", Dtype::kU8, {}, "e"}});
  return read_file(folder / "a", 1000);
}

/// All that a file means, layout left out.
std::string meaning_of(const SafetensorsFile& file) {
  std::string text = file.checksummed ? "checksummed" : "";
  for (const auto& [key, value] : file.metadata) text += "|" + key + "=" + value;
  for (const TensorEntry& tensor : file.tensors) {
    text += "|" + tensor.name + ":" + std::string(name_of(tensor.dtype));
    for (const int64_t length : tensor.shape) text += std::to_string(length) + ",";
    text += "=" + std::string(file.data(tensor));
  }
  return text;
}

TEST(DamagedSafetensors, CutAnywhereAreRefused) {
  const std::string whole = small_file();
  const TemporaryFolder folder;
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::string bytes = whole.substr(0, size);
    EXPECT_THAT([&] { parse_safetensors(bytes, "a"); },
                ThrowsMessage<std::exception>(
                    AnyOf(StartsWith("'a' is damaged"), StartsWith("'a' is not a safetensors"))))
        << size;
    write_file_atomically(folder / "a", bytes);
    EXPECT_ANY_THROW(read_safetensors(folder / "a")) << size;
  }
}

TEST(DamagedSafetensors, WithAnyByteChangedAreRefusedOrMeanTheSame) {
  const std::string whole = small_file();
  const std::string meaning = meaning_of(parse_safetensors(whole, "a", Checksum::kRequired));
  size_t refused = 0;
  for (size_t i = 0; i < 256 * whole.size(); ++i) {
    std::string changed = whole;
    changed[i / 256] = static_cast<char>(i % 256);
    try {
      const SafetensorsFile file = parse_safetensors(changed, "a", Checksum::kRequired);
      ASSERT_EQ(meaning_of(file), meaning) << "byte " << i / 256 << " became " << i % 256;
    } catch (const std::runtime_error&) {
      ++refused;
    } catch (const std::invalid_argument&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 250 * whole.size());
}

TEST(DamagedSafetensors, FollowedByAnythingAreRefused) {
  expect_damaged(small_file() + "x", "its header describes 5 bytes of data, 6 are there");
}

TEST(DamagedSafetensors, WithAChangedNumberAreToldByTheirChecksum) {
  std::string file = small_file();
  file.back() = 'f';
  expect_damaged(file, "its checksum does not match its contents");
}

TEST(DamagedSafetensors, WithoutAChecksumAreRefusedWhereItIsRequired) {
  EXPECT_FALSE(parse_safetensors(file_of("{}"), "a").checksummed);
  EXPECT_THAT(
      [] { parse_safetensors(file_of("{}"), "a", Checksum::kRequired); },
      ThrowsMessage<std::runtime_error>("'a' is damaged: it has no checksum (metadata 'sha256')"));
}

TEST(DamagedSafetensors, OfAnotherKindAreToldApart) {
  expect_other_kind("", "it holds 0 bytes, 10 are needed");
  expect_other_kind("12345678", "it holds 8 bytes, 10 are needed");
  expect_other_kind("PK\3\4 some archive", "its header does not begin with '{'");
  expect_other_kind(file_of(" {}"), "its header does not begin with '{'");
  const TemporaryFolder folder;
  write_file_atomically(folder / "a", "\x89PNG and more");
  EXPECT_THROW(read_safetensors(folder / "a"), std::invalid_argument);
  EXPECT_THAT([] { read_safetensors("/"); },
              ThrowsMessage<std::invalid_argument>("cannot read '/': Is a directory"));
}

TEST(DamagedSafetensors, WithAHeaderLongerThanTheFileAreRefused) {
  expect_damaged(std::string("\3\0\0\0\0\0\0\0{}", 10),
                 "its header is said to be 3 bytes long, 2 are there");
  expect_damaged(
      std::string("\1\xe1\xf5\5\0\0\0\0{}", 10),
      "its header is said to be 100,000,001 bytes long, at most 100,000,000 are allowed");
  expect_damaged(std::string(8, '\xff') + "{}",
                 "its header is said to be 18,446,744,073,709,551,615 bytes long, at most "
                 "100,000,000 are allowed");
}

}  // namespace
}  // namespace diabolo::formats
