#include <gmock/gmock.h>

#include <sstream>

#include "lib/analysis/code_quality.hpp"
#include "lib/data/image_io.hpp"
#include "lib/formats/file.hpp"
#include "lib/output/projector.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {
namespace {

using formats::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string text_of(const std::filesystem::path& path) {
  return formats::read_file(path, uint64_t{1} << 30);
}

std::vector<std::string> lines_of(const std::filesystem::path& path) {
  std::vector<std::string> lines;
  std::istringstream text(text_of(path));
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  return lines;
}

TrainedModel model_for(const std::vector<int64_t>& shape, int64_t latent) {
  TrainedModel model;
  model.network =
      Autoencoder(AutoencoderOptions{.hidden = {}, .latent = latent, .sample_shape = shape});
  model.network->initialise(1, torch::zeros(shape));
  return model;
}

/// Image i is all of value i; its label is i % 3.
Split images(int64_t train, int64_t validation, int64_t height, int64_t width) {
  const auto part = [&](int64_t begin, int64_t count) {
    Dataset result;
    const auto values = torch::arange(begin, begin + count);
    result.samples =
        values.view({-1, 1, 1, 1}).expand({count, 1, height, width}).to(torch::kUInt8).contiguous();
    result.labels = values.remainder(3);
    return result;
  };
  return {.train = part(0, train), .validation = part(train, validation)};
}

TEST(Projector, WritesTheCodeAndTheLabelOfEachSampleOnALine) {
  const TemporaryFolder folder;
  const auto split = images(4, 1, 2, 2);
  const auto model = model_for({1, 2, 2}, 3);
  const RunFolder run(folder.path());
  write_projector(model, split, run);
  EXPECT_THAT(lines_of(run.projected("labels.tsv")), ElementsAre("0", "1", "2", "0", "1"));
  const auto codes = lines_of(run.projected("codes.tsv"));
  ASSERT_EQ(codes.size(), 5U);
  const auto expected = codes_of(model, split.validation.samples)[0];
  std::istringstream numbers(codes[4]);
  for (int64_t i = 0; i < 3; ++i) {
    float number = 0;
    numbers >> number;
    EXPECT_EQ(number, expected[i].item<float>());
  }
  EXPECT_EQ(std::ranges::count(codes[4], '\t'), 2);
  const std::string config = text_of(run.projector_config());
  EXPECT_THAT(config, HasSubstr("tensor_shape: 5\n  tensor_shape: 3\n"));
  EXPECT_THAT(config, HasSubstr("metadata_path: \"projector/labels.tsv\""));
}

TEST(Projector, PutsImagesInTheMiddleOfSquareCellsOfASquareSheet) {
  const TemporaryFolder folder;
  const auto split = images(4, 1, 2, 4);
  const RunFolder run(folder.path());
  write_projector(model_for({1, 2, 4}, 2), split, run);
  EXPECT_THAT(text_of(run.projector_config()),
              HasSubstr("single_image_dim: 4\n    single_image_dim: 4\n"));
  const auto sheet = read_images({run.projected("sprite.png")}).samples[0];
  ASSERT_THAT(sheet.sizes().vec(), ElementsAre(1, 12, 12));
  // The fifth image: second row, second column.
  EXPECT_TRUE(sheet[0].slice(0, 5, 7).slice(1, 4, 8).eq(4).all().item<bool>());
  EXPECT_EQ(sheet.sum().item<int64_t>(), 8 * (1 + 2 + 3 + 4));
  write_projector(model_for({1, 4, 2}, 2), images(4, 1, 4, 2), run);
  const auto tall = read_images({run.projected("sprite.png")}).samples[0];
  ASSERT_THAT(tall.sizes().vec(), ElementsAre(1, 12, 12));
  EXPECT_TRUE(tall[0].slice(0, 4, 8).slice(1, 5, 7).eq(4).all().item<bool>());
  EXPECT_EQ(tall.sum().item<int64_t>(), 8 * (1 + 2 + 3 + 4));
}

TEST(Projector, ShrinksLargeImages) {
  const TemporaryFolder folder;
  const RunFolder run(folder.path());
  write_projector(model_for({1, 80, 160}, 2), images(5, 0, 80, 160), run);
  EXPECT_THAT(text_of(run.projector_config()), HasSubstr("single_image_dim: 64\n"));
  const auto sheet = read_images({run.projected("sprite.png")}).samples[0];
  ASSERT_THAT(sheet.sizes().vec(), ElementsAre(1, 3 * 64, 3 * 64));
  EXPECT_EQ(sheet.sum().item<int64_t>(), 64 * 32 * (1 + 2 + 3 + 4));
}

TEST(Projector, TakesFiveThousandSamplesAndFewerOfLongCodes) {
  const TemporaryFolder folder;
  const RunFolder run(folder.path());
  write_projector(model_for({1, 1, 1}, 2), images(5000, 1000, 1, 1), run);
  EXPECT_EQ(lines_of(run.projected("codes.tsv")).size(), 5000U);
  EXPECT_EQ(lines_of(run.projected("labels.tsv")).size(), 5000U);
  write_projector(model_for({1, 1, 1}, 1000), images(3000, 0, 1, 1), run);
  EXPECT_EQ(lines_of(run.projected("codes.tsv")).size(), 2000U);
  EXPECT_EQ(lines_of(run.projected("labels.tsv")).size(), 2000U);
}

Split rows_named(const std::vector<std::string>& names) {
  Dataset rows;
  rows.samples = torch::rand({4, 2});
  rows.sample_names = names;
  rows.table = std::make_shared<Table>();
  return {.train = rows, .validation = {}};
}

TEST(Projector, KeepsALineALineWhateverTextsHold) {
  const TemporaryFolder folder;
  const RunFolder run(folder.path());
  Split split = rows_named({"a\tb", "c\r\nd", " ", "\xff"});
  write_projector(model_for({2}, 2), split, run);
  EXPECT_THAT(lines_of(run.projected("labels.tsv")), ElementsAre("a b", "c  d", "(none)", "?"));
  EXPECT_FALSE(std::filesystem::exists(run.projected("sprite.png")));
  EXPECT_THAT(text_of(run.projector_config()), Not(HasSubstr("sprite")));
  split.train.labels = torch::tensor({0, 1, 0, 1}, torch::kInt64);
  split.train.label_words = {"", "red\n"};
  split.train.label_name = "colour\t";
  split.train.id_name = "wine";
  write_projector(model_for({2}, 2), split, run);
  EXPECT_THAT(
      lines_of(run.projected("labels.tsv")),
      ElementsAre("colour \twine", "(none)\ta b", "red \tc  d", "(none)\t(none)", "red \t?"));
}

TEST(Projector, HasNoLabelsWhereThereAreNone) {
  const TemporaryFolder folder;
  const RunFolder run(folder.path());
  write_projector(model_for({2}, 1), rows_named({}), run);
  const auto codes = lines_of(run.projected("codes.tsv"));
  EXPECT_EQ(codes.size(), 4U);
  EXPECT_THAT(codes, testing::Each(testing::EndsWith("\t0\t0"))) << "in space";
  EXPECT_FALSE(std::filesystem::exists(run.projected("labels.tsv")));
  EXPECT_THAT(text_of(run.projector_config()), Not(HasSubstr("metadata_path")));
}

}  // namespace
}  // namespace diabolo
