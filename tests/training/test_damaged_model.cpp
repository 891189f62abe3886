#include <gmock/gmock.h>

#include <fstream>

#include "lib/formats/file.hpp"
#include "tests/training/small_model.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

using formats::read_file;
using formats::TemporaryFolder;
using testing::HasSubstr;

TEST(DamagedModel, WithAnyByteChangedIsRefusedOrTheSame) {
  const TemporaryFolder folder;
  const fs::path path = folder / "m.safetensors";
  save_model(small_model(), path);
  const std::string bytes = read_file(path, kSmallFile);
  const TrainedModel model = small_model();
  int refused = 0;
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << at % 8));
    std::ofstream(path, std::ios::binary) << damaged;
    try {
      ASSERT_TRUE(equal(load_model(path), model)) << "byte " << at << " made another model";
    } catch (const std::exception& error) {
      ASSERT_THAT(error.what(), HasSubstr("m.safetensors")) << "byte " << at;
      ++refused;
    }
  }
  EXPECT_GT(refused, static_cast<int>(bytes.size() * 9 / 10));
}

TEST(DamagedModel, CutShortIsRefused) {
  const TemporaryFolder folder;
  const fs::path path = folder / "m.safetensors";
  save_model(small_model(), path);
  const std::string bytes = read_file(path, kSmallFile);
  for (size_t length = 0; length < bytes.size(); ++length) {
    std::ofstream(path, std::ios::binary) << bytes.substr(0, length);
    EXPECT_THROW(load_model(path), std::exception) << length;
  }
  std::ofstream(path, std::ios::binary) << bytes << "x";
  EXPECT_THROW(load_model(path), std::runtime_error);
}

}  // namespace
}  // namespace diabolo
