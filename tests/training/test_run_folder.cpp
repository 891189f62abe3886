#include <gmock/gmock.h>

#include "lib/formats/file.hpp"
#include "lib/training/run_folder.hpp"
#include "tests/formats/temporary_folder.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

using formats::read_file;
using formats::TemporaryFolder;
using formats::write_file_atomically;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr uint64_t kSmallFile = 1 << 20;

std::vector<std::string> files_below(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.push_back(fs::relative(entry.path(), folder).string());
  }
  std::ranges::sort(names);
  return names;
}

void write_all(const fs::path& folder, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    fs::create_directories((folder / name).parent_path());
    write_file_atomically(folder / name, "x");
  }
}

TEST(RunFolder, IsMadeWithParentsAndHoldsTheOptions) {
  const TemporaryFolder folder;
  RunOptions options;
  options.training.epochs = 77;
  const auto run = RunFolder::create(folder / "deep/er/run", options, /*overwrite=*/false);
  EXPECT_EQ(read_file(run.config(), kSmallFile), run_config_text(options));
  EXPECT_THAT(files_below(folder.path()), ElementsAre("deep/er/run/config.toml"));
}

TEST(RunFolder, MayBeAnEmptyFolder) {
  const TemporaryFolder folder;
  EXPECT_NO_THROW(RunFolder::create(folder.path(), {}, /*overwrite=*/false));
}

TEST(RunFolder, RefusesAFolderThatHoldsARunAndNamesEachWayOut) {
  const TemporaryFolder folder;
  RunFolder::create(folder / "run", {}, false);
  // Nothing is lost yet with a run that has no results.
  EXPECT_NO_THROW(RunFolder::check_free(folder / "run", false));
  write_file_atomically(folder / "run" / "checkpoint.safetensors", "results");
  EXPECT_THAT(
      [&] { RunFolder::create(folder / "run", {}, false); },
      ThrowsMessage<std::invalid_argument>(AllOf(HasSubstr("holds a run already"),
                                                 HasSubstr("--resume " + (folder / "run").string()),
                                                 HasSubstr("--overwrite"), HasSubstr("--out"))));
  EXPECT_THROW(RunFolder::check_free(folder / "run", false), std::invalid_argument);
  EXPECT_NO_THROW(RunFolder::check_free(folder / "run", true));
  EXPECT_NO_THROW(RunFolder::check_free(folder / "another", false));
}

TEST(RunFolder, RefusesAFileAndAFolderOfOtherThingsEvenToOverwrite) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "thesis.txt", "x");
  for (const bool overwrite : {false, true}) {
    EXPECT_THAT([&] { RunFolder::create(folder.path(), {}, overwrite); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("holds other files and no run")));
    EXPECT_THAT([&] { RunFolder::create(folder / "thesis.txt", {}, overwrite); },
                ThrowsMessage<std::invalid_argument>(HasSubstr("is a file")));
  }
  EXPECT_THAT(files_below(folder.path()), ElementsAre("thesis.txt"));
}

TEST(RunFolder, TakesAwayOnlyWhatARunWroteWhenItOverwrites) {
  const TemporaryFolder folder;
  write_all(
      folder.path(),
      {"config.toml", "model.safetensors", "checkpoint.safetensors", "metrics.csv", "summary.json",
       "report.html", "notes.txt", "samples/epoch_0001.png", "samples/epoch_0012.png",
       "samples/mine.png", "events.out.tfevents.0000000007.diabolo",
       "events.out.tfevents.0000000007.another", "projector_config.pbtxt", "projector/codes.tsv",
       "projector/labels.tsv", "projector/sprite.png", "projector/mine.tsv"});
  RunFolder::create(folder.path(), {}, /*overwrite=*/true);
  EXPECT_THAT(files_below(folder.path()),
              ElementsAre("config.toml", "events.out.tfevents.0000000007.another", "notes.txt",
                          "projector/mine.tsv", "samples/mine.png"));
  EXPECT_GT(fs::file_size(folder / "config.toml"), 100U);
}

TEST(RunFolder, SaysWhyItCannotBeMade) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "file", "x");
  EXPECT_THAT([&] { RunFolder::create(folder / "file/run", {}, false); },
              ThrowsMessage<std::runtime_error>(HasSubstr("cannot make the folder")));
}

TEST(RunFolder, NamesItsFiles) {
  const RunFolder run("runs/a");
  EXPECT_EQ(run.sample(1), "runs/a/samples/epoch_0001.png");
  EXPECT_EQ(run.sample(12345), "runs/a/samples/epoch_12345.png");
  EXPECT_EQ(run.model(), "runs/a/model.safetensors");
  EXPECT_EQ(run.checkpoint(), "runs/a/checkpoint.safetensors");
}

TEST(RunFolder, NamesEventFilesSoThatALaterOneSortsBehind) {
  const TemporaryFolder folder;
  const RunFolder run(folder.path());
  std::vector<fs::path> expected;
  // Among them the same second twice, and a clock that was put back.
  for (const int64_t seconds : {100, 1'700'000'000, 1'700'000'000, 5, 1'700'000'003}) {
    expected.push_back(run.next_event_file(seconds));
    write_file_atomically(expected.back(), "x");
    EXPECT_EQ(run.event_files(), expected);
  }
  EXPECT_EQ(expected[0].filename(), "events.out.tfevents.0000000100.diabolo");
  EXPECT_EQ(expected[3].filename(), "events.out.tfevents.1700000002.diabolo");
}

TEST(RunFolder, WritesARowAnEpoch) {
  const TemporaryFolder folder;
  const RunFolder run(folder.path());
  run.write_metrics({{.epoch = 1,
                      .train_loss = 0.5,
                      .validation_loss = 0.25,
                      .validation_mse = 1e-5,
                      .learning_rate = 0.008,
                      .seconds = 1.5,
                      .samples_per_second = 1000,
                      .best = true,
                      .code = {.units = 8, .constant = 1, .duplicate = 2}},
                     {.epoch = 2, .train_loss = 1.0 / 3, .validation_mse = {}}});
  EXPECT_EQ(read_file(folder / "metrics.csv", kSmallFile),
            "epoch,train_loss,validation_loss,validation_mse,learning_rate,seconds,"
            "samples_per_second,constant_units,duplicate_units\n"
            "1,0.5,0.25,1e-05,0.008,1.5,1000,1,2\n"
            "2,0.3333333333333333,0,,0,0,0,0,0\n");
}

TEST(RunFolder, WritesItsSummaryAsOneJsonObject) {
  const TemporaryFolder folder;
  RunSummary summary;
  summary.run = "runs/a";
  summary.epochs = 3;
  summary.validation_mse = 0.125;
  RunFolder(folder.path()).write_summary(summary);
  const std::string text = read_file(folder / "summary.json", kSmallFile);
  EXPECT_THAT(text, testing::StartsWith(R"({"run":"runs/a","stopped":"","epochs":3,)"));
  EXPECT_THAT(text, HasSubstr(R"("validation_mse":0.125)"));
}

TEST(RunFolder, ReadsTheMetricsAndTheSummaryThatItWrote) {
  const TemporaryFolder folder;
  const RunFolder run(folder.path());
  EXPECT_TRUE(run.read_metrics().empty());
  EXPECT_FALSE(run.read_summary().has_value());
  run.write_metrics({{.epoch = 1,
                      .train_loss = 1.0 / 3,
                      .validation_loss = 0.25,
                      .validation_mse = 1e-5,
                      .learning_rate = 0.008,
                      .seconds = 1.5,
                      .samples_per_second = 1000,
                      .code = {.units = 8, .constant = 1, .duplicate = 2}},
                     {.epoch = 2, .validation_mse = {}}});
  const auto epochs = run.read_metrics();
  ASSERT_EQ(epochs.size(), 2);
  EXPECT_EQ(epochs[0].train_loss, 1.0 / 3);
  EXPECT_EQ(epochs[0].validation_mse, 1e-5);
  EXPECT_EQ(epochs[0].seconds, 1.5);
  EXPECT_EQ(epochs[0].code.duplicate, 2);
  EXPECT_EQ(epochs[1].epoch, 2);
  EXPECT_FALSE(epochs[1].validation_mse.has_value());
  run.write_summary({.run = "a", .best_epoch = 7, .pca_validation_mse = 0.5, .data = "wine"});
  EXPECT_EQ(run.read_summary()->best_epoch, 7);
  EXPECT_EQ(run.read_summary()->pca_validation_mse, 0.5);
  EXPECT_EQ(run.read_summary()->data, "wine");
  EXPECT_FALSE(run.read_summary()->train_mse.has_value());
}

TEST(RunFolder, NamesTheCellOfItsMetricsThatIsNoNumber) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "metrics.csv", "epoch,train_loss\n1,much\n");
  EXPECT_THAT([&] { RunFolder(folder.path()).read_metrics(); },
              ThrowsMessage<std::invalid_argument>(
                  AllOf(HasSubstr("metrics.csv:2"), HasSubstr("train_loss"), HasSubstr("'much'"))));
}

TEST(FreeRunPath, CountsUpUntilANameIsFree) {
  const TemporaryFolder folder;
  const fs::path before = fs::current_path();
  fs::current_path(folder.path());
  RunOptions options;
  options.data.data = "some/where/digits";
  EXPECT_EQ(free_run_path(options), "runs/digits-dense-32");
  fs::create_directories("runs/digits-dense-32");
  EXPECT_EQ(free_run_path(options), "runs/digits-dense-32-2");
  fs::create_directories("runs/digits-dense-32-2");
  EXPECT_EQ(free_run_path(options), "runs/digits-dense-32-3");
  options.data.data = "mnist";
  options.model.arch = Architecture::kConv;
  options.model.latent = 8;
  EXPECT_EQ(free_run_path(options), "runs/mnist-conv-8");
  fs::current_path(before);
}

}  // namespace
}  // namespace diabolo
