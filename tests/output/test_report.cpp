#include <gmock/gmock.h>

#include "lib/output/report.hpp"
#include "lib/output/report_files.hpp"
#include "lib/output/report_images.hpp"
#include "tests/data/samples.hpp"

namespace diabolo {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* kHostile = "</script><script>alert(1)</script>";

/// A run on images that hold nothing but noise, which nothing makes small.
RunReport noisy_run(int64_t count, const std::vector<int64_t>& shape) {
  Dataset images = dataset_of(noisy_bytes({count, shape[0], shape[1], shape[2]}));
  RunReport report{.run = kHostile, .sample_shape = shape, .code_shape = {12}};
  report.options.data.data = kHostile;
  report.history = {{.epoch = 1, .train_loss = 0.5, .validation_loss = 0.4}};
  TrainedModel model;
  model.network =
      Autoencoder(AutoencoderOptions{.hidden = {4}, .latent = 12, .sample_shape = shape});
  model.network->initialise(1, mean_sample(images));
  model.network->eval();
  model.pca = fit_companion_pca(model.network, images);
  report.data = report_data(model, {.train = images.head(count / 2), .validation = images});
  return report;
}

size_t count_of(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(Report, KeepsTextsOfUsersFromBecomingMarkup) {
  const std::string page = report_page(noisy_run(30, {1, 8, 8}));
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, HasSubstr("\\u003c/script\\u003e"));
  EXPECT_THAT(page, HasSubstr("<title>&lt;/script&gt;"));
  EXPECT_EQ(count_of(page, "</script>"), 3);  // The data, Chart.js, and our own.
}

TEST(Report, HoldsChartJsWithItsNotice) {
  const std::string page = report_page(noisy_run(30, {1, 8, 8}));
  EXPECT_THAT(page, HasSubstr(std::string(report_files::kChartJs)));
  EXPECT_THAT(page, HasSubstr("Released under the MIT License"));
}

TEST(Report, StaysSmallWhateverTheImages) {
  EXPECT_LT(report_page(noisy_run(6000, {1, 28, 28})).size(), 4'000'000);
  EXPECT_LT(report_page(noisy_run(120, {3, 120, 160})).size(), 6'000'000);
}

TEST(Report, SaysWhyThereAreNoSamples) {
  const RunReport report{.run = "run", .without_data = "cannot find 'digits'"};
  EXPECT_THAT(report_page(report), HasSubstr("cannot find 'digits'"));
}

TEST(Report, ComparesTwoRunsOrMore) {
  const RunReport run{.run = "one"};
  EXPECT_THROW(comparison_page({run}), std::invalid_argument);
  EXPECT_THAT(comparison_page({run, {.run = kHostile}}), Not(HasSubstr("<script>alert")));
}

TEST(Report, TakesTheEpochWithTheLeastLossWhileARunHasNoSummary) {
  RunReport report;
  EXPECT_EQ(best_epoch_of(report), 0);
  report.history = {{.epoch = 1, .validation_loss = 3, .validation_mse = 0.3},
                    {.epoch = 2, .validation_loss = 1, .validation_mse = 0.1},
                    {.epoch = 3, .validation_loss = 2, .validation_mse = 0.2}};
  EXPECT_EQ(best_epoch_of(report), 2);
  EXPECT_EQ(errors_of(report).model, 0.1);
  report.summary = RunSummary{.best_epoch = 3, .train_mse = 0.5, .pca_train_mse = 0.6};
  EXPECT_EQ(best_epoch_of(report), 3);
  EXPECT_EQ(errors_of(report).model, 0.5);
  EXPECT_EQ(errors_of(report).pca, 0.6);
  EXPECT_TRUE(errors_of(report).on_training_rows);
}

TEST(Report, TakesErrorsOfTrainingSamplesFromTheDataWhereTheSummaryHasNone) {
  RunReport report;
  report.summary = RunSummary{.best_epoch = 1};
  EXPECT_FALSE(errors_of(report).model.has_value());
  report.data = ReportData{.on_training_rows = true, .clean = {.model = 0.2, .pca = 0.1}};
  EXPECT_EQ(errors_of(report).model, 0.2);
  EXPECT_EQ(errors_of(report).pca, 0.1);
  EXPECT_TRUE(errors_of(report).on_training_rows);
}

TEST(Report, HasBothErrorsOnTheSameInputWhereARunHasNoise) {
  RunReport report;
  report.options.training.noise = gaussian_noise(0.3, 0.3);
  report.summary = RunSummary{.validation_mse = 0.3, .pca_validation_mse = 0.1};
  EXPECT_EQ(errors_of(report).model, 0.3);
  EXPECT_TRUE(errors_of(report).noisy_input);
  EXPECT_FALSE(errors_of(report).pca.has_value());  // It is of clean input.
  report.data = ReportData{.clean = {.model = 0.2, .pca = 0.1}};
  report.data->noisy = ReportErrors{.model = 0.3, .pca = 0.4};
  EXPECT_EQ(errors_of(report).model, 0.2);
  EXPECT_EQ(errors_of(report).pca, 0.1);
  report.data->noise = report.options.training.noise;  // Of images.
  EXPECT_EQ(errors_of(report).model, 0.3);
  EXPECT_EQ(errors_of(report).pca, 0.4);
  EXPECT_TRUE(errors_of(report).noisy_input);
}

TEST(Report, TakesRowsOfATableAsTheyAre) {
  RunReport report;
  report.options.data.data = "rows.csv";
  report.options.training.noise = gaussian_noise(0.3, 0.3);
  report.summary = RunSummary{.validation_mse = 0.3, .pca_validation_mse = 0.1};
  EXPECT_EQ(errors_of(report).pca, 0.1);
  EXPECT_FALSE(errors_of(report).noisy_input);
}

TEST(Sheet, HoldsEachImageAtItsPlaceAndSizeWhereThatIsSmall) {
  const Sheet sheet = sheet_of(noisy_bytes({10, 1, 9, 12}));
  EXPECT_THAT(sheet.uri, StartsWith("data:image/png;base64,"));
  EXPECT_EQ(sheet.columns, 4);
  EXPECT_EQ(sheet.width, 12);
  EXPECT_EQ(sheet.height, 9);
}

TEST(Sheet, ShrinksImagesUntilTheyFit) {
  const Sheet sheet = sheet_of(noisy_bytes({3000, 3, 40, 40}));
  EXPECT_LE(sheet.uri.size(), kSheetBytes * 4 / 3 + 100);
  EXPECT_LT(sheet.width, 40);
}

TEST(ImageUri, IsAJpegOfAtMostTheSideWhereAPngIsLarge) {
  const auto noise = to_unit(noisy_bytes({1, 3, 300, 400}));
  const std::string uri = image_uri(noise[0]);
  EXPECT_THAT(uri, StartsWith("data:image/jpeg;base64,"));
  EXPECT_LT(uri.size(), 30'000);
  EXPECT_THAT(image_uri(torch::zeros({1, 28, 28})), StartsWith("data:image/png;base64,"));
}

}  // namespace
}  // namespace diabolo
