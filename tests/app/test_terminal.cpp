#include <gmock/gmock.h>

#include <limits>

#include "app/evaluation_report.hpp"
#include "app/progress.hpp"
#include "app/results.hpp"
#include "app/terminal.hpp"
#include "lib/formats/file.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo::app {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using testing::ThrowsMessage;

TEST(Terminal, GroupsDigitsByThree) {
  EXPECT_EQ(with_commas(0), "0");
  EXPECT_EQ(with_commas(999), "999");
  EXPECT_EQ(with_commas(1000), "1,000");
  EXPECT_EQ(with_commas(24309.6), "24,310");
  EXPECT_EQ(with_commas(1234567), "1,234,567");
  EXPECT_EQ(with_commas(-999), "-999");
  EXPECT_EQ(with_commas(-1000), "-1,000");
}

TEST(Terminal, RoundsToDecimals) {
  EXPECT_EQ(fixed(0.00374, 4), "0.0037");
  EXPECT_EQ(fixed(2, 0), "2");
  EXPECT_EQ(fixed(-1.5, 2), "-1.50");
}

TEST(Terminal, WritesDurationsAsAPersonDoes) {
  EXPECT_EQ(duration(0), "0 s");
  EXPECT_EQ(duration(45.4), "45 s");
  EXPECT_EQ(duration(59.7), "1 min 00 s");
  EXPECT_EQ(duration(200), "3 min 20 s");
  EXPECT_EQ(duration(3599.6), "1 h 00 min");
  EXPECT_EQ(duration(3900), "1 h 05 min");
  EXPECT_EQ(duration(360000), "100 h 00 min");
}

TEST(Terminal, ColoursNothingWhereStderrIsNoTerminal) {
  if (stderr_is_terminal()) GTEST_SKIP();
  EXPECT_EQ(red("text"), "text");
  EXPECT_EQ(green("text"), "text");
  EXPECT_EQ(yellow("text"), "text");
}

StepReport step_report(int64_t step) {
  return {.epoch = 3,
          .epochs = 10,
          .step = step,
          .steps = 4,
          .loss = 0.12345,
          .samples_per_second = 24309.6,
          .seconds_left = 200};
}

TEST(ProgressLine, SaysWhereTrainingStands) {
  EXPECT_EQ(progress_line(step_report(2), 80),
            "epoch  3/10 [========>       ] loss 0.1235  24,310/s  3 min 20 s left");
  EXPECT_THAT(progress_line(step_report(0), 80), HasSubstr("[>               ]"));
  EXPECT_THAT(progress_line(step_report(4), 80), HasSubstr("[================]"));
}

TEST(ProgressLine, IsShorterThanATerminalForAnyNumbers) {
  for (const int64_t epochs : {int64_t{1}, int64_t{1000}, int64_t{1'000'000'000}}) {
    for (const double loss : {0.1, 1e4, 1e30, std::numeric_limits<double>::infinity()}) {
      for (const double rate : {0.001, 1e6, 1e12, std::numeric_limits<double>::infinity()}) {
        for (const double left : {0.0, 3600.0, 1e9, std::numeric_limits<double>::infinity()}) {
          const StepReport report{.epoch = epochs,
                                  .epochs = epochs,
                                  .step = 1,
                                  .steps = 3,
                                  .loss = loss,
                                  .samples_per_second = rate,
                                  .seconds_left = left};
          for (const size_t columns : {1U, 2U, 20U, 40U, 80U}) {
            const std::string line = progress_line(report, columns);
            ASSERT_LT(line.size(), columns) << line;
          }
        }
      }
    }
  }
}

TEST(ProgressLine, IsShorterThanATerminalForTheNumbersOfAFastMachine) {
  const StepReport report{.epoch = 100,
                          .epochs = 100,
                          .step = 1,
                          .steps = 3,
                          .loss = 12.5,
                          .samples_per_second = 1234567,
                          .seconds_left = 36000};
  EXPECT_LT(progress_line(report, 80).size(), 80U) << progress_line(report, 80);
}

TEST(ProgressLine, DropsTheBarFirstThenTheRateThenTheTimeLeft) {
  EXPECT_EQ(progress_line(step_report(2), 70),
            "epoch  3/10 [========>       ] loss 0.1235  24,310/s  3 min 20 s left");
  EXPECT_EQ(progress_line(step_report(2), 69),
            "epoch  3/10 loss 0.1235  24,310/s  3 min 20 s left");
  EXPECT_EQ(progress_line(step_report(2), 50), "epoch  3/10 loss 0.1235  3 min 20 s left");
  EXPECT_EQ(progress_line(step_report(2), 40), "epoch  3/10 loss 0.1235");
  EXPECT_EQ(progress_line(step_report(2), 10), "epoch  3/");
}

TEST(EpochLine, SaysAllWhereThereIsRoomAndWhatMattersElse) {
  EpochReport report;
  report.epoch = 3;
  report.train_loss = 0.08126;
  report.validation_loss = 0.0791;
  report.validation_mse = 0.004123;
  report.samples_per_second = 24310;
  const std::string figures = "epoch  3/10  loss 0.0813  validation 0.0791  MSE 0.00412";
  EXPECT_EQ(epoch_line(report, 10, 1000), figures + "  24,310 samples/s  (not better)");
  EXPECT_EQ(epoch_line(report, 10, 80), figures + "  (not better)");
  EXPECT_EQ(epoch_line(report, 10, 60), figures);
  EXPECT_EQ(epoch_line(report, 10, 40), "epoch  3/10  loss 0.0813  MSE 0.00412");
  EXPECT_EQ(epoch_line(report, 0, 20), "epoch 3  loss 0.081");
  report.validation_mse.reset();
  EXPECT_EQ(epoch_line(report, 10, 80), "epoch  3/10  loss 0.0813  24,310 samples/s  (not better)");
}

Evaluation evaluation() {
  Evaluation result;
  result.samples = 10000;
  result.code_size = 32;
  result.model = {.mse = 0.0037,
                  .squared_error = 2.9,
                  .psnr = 24.4,
                  .ssim = 0.95,
                  .bce = 0.07,
                  .bce_floor = 0.058};
  result.pca = Figures{
      .mse = 0.0168, .squared_error = 13.1, .psnr = 17.9, .ssim = 0.8, .bce = {}, .bce_floor = {}};
  result.mean = {
      .mse = 0.067, .squared_error = 52.7, .psnr = 11.8, .ssim = {}, .bce = {}, .bce_floor = {}};
  return result;
}

TEST(EvaluationJson, LeavesOutWhatDoesNotApply) {
  const std::string text = findings_json({.errors = evaluation()});
  EXPECT_THAT(text, HasSubstr("\"samples\": 10000"));
  EXPECT_THAT(text, HasSubstr("\"latent\": 32"));
  EXPECT_THAT(text, HasSubstr("\"bce_floor\": 0.058"));
  EXPECT_THAT(text, Not(HasSubstr("\"input\"")));
  EXPECT_THAT(text, Not(HasSubstr("null")));
  Evaluation other = evaluation();
  other.input = other.mean;
  other.pca.reset();
  EXPECT_THAT(findings_json({.errors = other}), HasSubstr("\"input\""));
  EXPECT_THAT(findings_json({.errors = other}), Not(HasSubstr("\"pca\"")));
}

TEST(EvaluationTable, HasARowEachBelowTheSameColumns) {
  const std::string table = findings_text({.errors = evaluation()}, "mnist, test part");
  EXPECT_THAT(table, StartsWith("mnist, test part: 10,000 samples, a code of 32 numbers\n"));
  std::vector<size_t> ends;
  std::istringstream lines(table);
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with(" BCE") || line.starts_with("  ")) ends.push_back(line.size());
  }
  ASSERT_EQ(ends.size(), 4U) << table;
  for (const size_t end : ends) EXPECT_EQ(end, ends[0]) << table;
  Evaluation large_code = evaluation();
  large_code.pca.reset();
  EXPECT_THAT(findings_text({.errors = large_code}, "x"), HasSubstr("PCA would be exact"));
}

TEST(RequireFree, RefusesAFileThatIsThereUnlessItMayBeReplaced) {
  const formats::TemporaryFolder folder;
  const std::string path = (folder / "a.png").string();
  EXPECT_NO_THROW(require_free(path, false));
  formats::write_file_atomically(path, "x");
  EXPECT_NO_THROW(require_free(path, true));
  EXPECT_THAT([&] { require_free(path, false); },
              ThrowsMessage<std::invalid_argument>(HasSubstr("--overwrite")));
}

}  // namespace
}  // namespace diabolo::app
