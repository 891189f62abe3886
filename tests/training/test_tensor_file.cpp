#include <gtest/gtest.h>

#include "lib/training/tensor_file.hpp"
#include "tests/data/samples.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {
namespace {

using formats::TemporaryFolder;

TEST(TensorFile, KeepsEachTypeAndRefusesOthers) {
  const TemporaryFolder folder;
  const NamedTensors tensors = {
      {"bytes", torch::tensor({0, 255}, torch::kUInt8)},
      {"empty", torch::zeros({0, 3})},
      {"number", torch::tensor(1.5F)},
      {"turned", noisy_bytes({1, 1, 2, 3}).to(torch::kInt64).transpose(2, 3)}};
  write_tensor_file(folder / "t", {.metadata = {{"key", "välue"}}, .tensors = tensors});
  const TensorFile read = read_tensor_file(folder / "t");
  EXPECT_EQ(read.metadata.at("key"), "välue");
  ASSERT_EQ(read.tensors.size(), 4U);
  for (const auto& [name, tensor] : tensors) {
    EXPECT_TRUE(torch::equal(read.tensors.at(name), tensor)) << name;
    EXPECT_EQ(read.tensors.at(name).scalar_type(), tensor.scalar_type()) << name;
  }
  const TensorFile wrong{.metadata = {},
                         .tensors = {{"double", torch::zeros({1}, torch::kFloat64)}}};
  EXPECT_THROW(write_tensor_file(folder / "t", wrong), std::logic_error);
}

}  // namespace
}  // namespace diabolo
