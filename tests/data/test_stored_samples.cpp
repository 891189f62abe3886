#include <gmock/gmock.h>
#include <torch/utils.h>

#include <fstream>

#include "lib/data/stored_samples.hpp"
#include "lib/data/table.hpp"
#include "lib/formats/file.hpp"
#include "lib/formats/npy.hpp"
#include "tests/data/samples.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {
namespace {

using formats::TemporaryFolder;
using testing::HasSubstr;
using testing::ThrowsMessage;

void write_npy(const std::filesystem::path& path, const torch::Tensor& table,
               formats::Dtype dtype) {
  formats::NpyWriter writer(path, dtype, table.sizes().vec());
  const auto values = table.contiguous();
  writer.write({static_cast<const char*>(values.const_data_ptr()), values.nbytes()});
  writer.commit();
}

/// [20, 4], of which the third column is constant.
torch::Tensor numbers() {
  auto table = noisy_bytes({1, 1, 20, 4}).view({20, 4}).to(torch::kFloat64);
  table.select(1, 2).fill_(5);
  return table;
}

struct Learned {
  DataOptions options;
  std::shared_ptr<Table> table;
};

Learned learn(const std::filesystem::path& path) {
  Learned learned{.options = {.data = path.string()}, .table = {}};
  const Dataset dataset = load_rows(learned.options, {{0, 20}});
  learned.table = std::make_shared<Table>(*dataset.table);
  fit_scaler(*learned.table, Scale::kStandard, dataset.samples);
  return learned;
}

TEST(StoredSamples, OfATableAreThoseThatLoadingGives) {
  const TemporaryFolder folder;
  for (const auto& [dtype, type] : {std::pair{formats::Dtype::kF64, torch::kFloat64},
                                    std::pair{formats::Dtype::kF32, torch::kFloat32},
                                    std::pair{formats::Dtype::kI16, torch::kInt16}}) {
    write_npy(folder / "t.npy", numbers().to(type), dtype);
    const Learned learned = learn(folder / "t.npy");
    EXPECT_EQ(learned.table->width(), 3);
    const auto stored = open_stored(learned.options, learned.table);
    const auto whole = load_data(learned.options, Part::kTrain, learned.table).samples;
    EXPECT_TRUE(torch::equal(stored->read(0, 20), whole));
    EXPECT_TRUE(torch::equal(stored->read(7, 5), whole.narrow(0, 7, 5)));
    EXPECT_EQ(rows_in_file(learned.options)->rows, 20);
    EXPECT_EQ(rows_in_file(learned.options)->bytes_each, 16);
  }
}

TEST(StoredSamples, OfSomeRowsAreReadAlone) {
  const TemporaryFolder folder;
  write_npy(folder / "t.npy", numbers().to(torch::kFloat32), formats::Dtype::kF32);
  const DataOptions options{.data = (folder / "t.npy").string()};
  const auto whole = load_data(options, Part::kTrain).samples;
  const auto some = load_rows(options, {{2, 4}, {9, 10}, {17, 20}}).samples;
  EXPECT_TRUE(torch::equal(some, whole.index_select(0, torch::tensor({2, 3, 9, 17, 18, 19}))));
}

TEST(StoredSamples, ThatCannotBeUsedAreNamed) {
  const TemporaryFolder folder;
  auto table = numbers();
  write_npy(folder / "t.npy", table, formats::Dtype::kF64);
  const Learned learned = learn(folder / "t.npy");
  table[12][1] = std::numeric_limits<double>::infinity();
  table[15][3] = std::numeric_limits<double>::quiet_NaN();
  write_npy(folder / "t.npy", table, formats::Dtype::kF64);
  auto options = learned.options;
  const auto read = [&](int64_t begin) {
    return open_stored(options, learned.table)->read(begin, 2);
  };
  EXPECT_THAT([&] { read(12); }, ThrowsMessage<std::invalid_argument>(
                                     HasSubstr("t.npy', row 13, column_2: an infinite value")));
  EXPECT_THAT([&] { read(14); }, ThrowsMessage<std::invalid_argument>(
                                     HasSubstr("t.npy', row 16, column_4: a missing value")));
  options.missing = Missing::kMean;
  EXPECT_NEAR(read(14)[1][2].item<float>(), 0, 1e-5);
  EXPECT_THROW(read(12), std::invalid_argument);
}

TEST(StoredSamples, OfImagesAreTheirBytes) {
  const TemporaryFolder folder;
  const auto images = noisy_bytes({9, 1, 3, 2});
  const std::string header("\0\0\x08\x03\0\0\0\x09\0\0\0\x03\0\0\0\x02", 16);
  std::ofstream(folder / "i-images-idx3-ubyte", std::ios::binary)
      << header
      << std::string_view(static_cast<const char*>(images.const_data_ptr()), images.nbytes());
  const std::string labels("\0\0\x08\x01\0\0\0\x09\0\1\2\3\4\5\6\7\x08", 17);
  std::ofstream(folder / "i-labels-idx1-ubyte", std::ios::binary) << labels;
  const DataOptions options{.data = (folder / "i-images-idx3-ubyte").string()};
  EXPECT_TRUE(torch::equal(open_stored(options, {})->read(4, 3), images.narrow(0, 4, 3)));
  EXPECT_EQ(rows_in_file(options)->bytes_each, 6);
  const Dataset some = load_rows(options, {{1, 3}, {8, 9}});
  EXPECT_TRUE(torch::equal(some.samples, images.index_select(0, torch::tensor({1, 2, 8}))));
  EXPECT_TRUE(torch::equal(some.labels, torch::tensor({1, 2, 8})));
}

TEST(StoredSamples, OfAFileThatBecameShorterAreAnError) {
  const TemporaryFolder folder;
  write_npy(folder / "t.npy", numbers(), formats::Dtype::kF64);
  const Learned learned = learn(folder / "t.npy");
  const auto stored = open_stored(learned.options, learned.table);
  std::filesystem::resize_file(folder / "t.npy", 300);
  EXPECT_THAT([&] { stored->read(10, 10); },
              ThrowsMessage<std::runtime_error>(HasSubstr("it became shorter")));
}

TEST(StoredSamples, NeedAFileThatIsNotCompressed) {
  const TemporaryFolder folder;
  std::ofstream(folder / "t.csv") << "a,b\n1,2\n3,4\n";
  EXPECT_FALSE(rows_in_file({.data = (folder / "t.csv").string()}).has_value());
  EXPECT_FALSE(rows_in_file({.data = "mnist-mini", .data_dir = DIABOLO_TEST_DATA}).has_value());
}

}  // namespace
}  // namespace diabolo
