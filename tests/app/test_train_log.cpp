#include <gmock/gmock.h>

#include "app/train_log.hpp"
#include "lib/data/image_io.hpp"
#include "lib/formats/file.hpp"
#include "tests/formats/temporary_folder.hpp"
#include "tests/output/events.hpp"

namespace diabolo::app {
namespace {

using formats::TemporaryFolder;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

/// Epochs 1 … count; `loss` tells one run's from another's.
std::vector<EpochReport> history(int64_t count, double loss = 0.5) {
  std::vector<EpochReport> epochs;
  for (int64_t epoch = 1; epoch <= count; ++epoch) {
    EpochReport report;
    report.epoch = epoch;
    report.train_loss = loss + static_cast<double>(epoch);
    report.validation_loss = 0.25;
    report.validation_mse = 0.125;
    report.seconds = 1;
    epochs.push_back(report);
  }
  return epochs;
}

/// Step and training loss of all that is in the folder, in the order that TensorBoard reads it.
std::vector<std::pair<int64_t, float>> logged(const RunFolder& folder) {
  std::vector<std::pair<int64_t, float>> losses;
  for (const auto& file : folder.event_files()) {
    for (const auto& event : events_in(file)) {
      const auto found = event.scalars.find("loss/train");
      if (found != event.scalars.end()) losses.emplace_back(event.step, found->second);
    }
  }
  return losses;
}

TEST(TrainLog, LogsEachEpochOnce) {
  const TemporaryFolder at;
  const RunFolder folder(at.path());
  TrainLog log(folder, 0.0625);
  log.begin({});
  EXPECT_THAT(logged(folder), IsEmpty());
  log.write(history(1));
  EXPECT_THAT(logged(folder), ElementsAre(Pair(1, 1.5F)));
  log.write(history(3));
  log.write(history(3));
  EXPECT_THAT(logged(folder), ElementsAre(Pair(1, 1.5F), Pair(2, 2.5F), Pair(3, 3.5F)));
  const auto last = events_in(folder.event_files().at(0)).back();
  EXPECT_THAT(last.scalars,
              testing::IsSupersetOf({Pair("loss/validation", 0.25F), Pair("mse/validation", 0.125F),
                                     Pair("mse/pca", 0.0625F)}));
}

TEST(TrainLog, LeavesOutWhatIsNotKnown) {
  const TemporaryFolder at;
  const RunFolder folder(at.path());
  TrainLog log(folder, {});
  log.begin({});
  auto epochs = history(1);
  epochs[0].validation_mse.reset();
  log.write(epochs);
  const auto last = events_in(folder.event_files().at(0)).back();
  EXPECT_THAT(last.scalars,
              ElementsAre(Pair("loss/train", 1.5F), Pair("training/learning_rate", testing::_),
                          Pair("training/samples_per_second", testing::_)));
}

TEST(TrainLog, LogsThePictureOfAnEpoch) {
  const TemporaryFolder at;
  const RunFolder folder(at.path());
  TrainLog log(folder, {});
  log.begin({});
  write_png(folder.sample(2), torch::zeros({1, 2, 3}, torch::kUInt8));
  log.write(history(2));
  const auto last = events_in(folder.event_files().at(0)).back();
  EXPECT_EQ(last.step, 2);
  EXPECT_THAT(last.images,
              ElementsAre(Pair("samples", formats::read_file(folder.sample(2), 1 << 20))));
}

TEST(TrainLog, GoesOnWithoutTheEpochsThatAreTrainedAgain) {
  const TemporaryFolder at;
  const RunFolder folder(at.path());
  {
    TrainLog log(folder, {});
    log.begin({});
    log.write(history(3));  // Of which the checkpoint knows one.
  }
  TrainLog log(folder, {});
  log.go_on(1);
  EXPECT_THAT(logged(folder), ElementsAre(Pair(1, 1.5F)));
  ASSERT_EQ(folder.event_files().size(), 2U);
  const auto events = events_in(folder.event_files().at(1));
  ASSERT_EQ(events.size(), 2U);
  EXPECT_TRUE(events[1].restart) << "for a reader that saw more";
  EXPECT_EQ(events[1].step, 2);
  log.write(history(2, 0.75));
  EXPECT_THAT(logged(folder), ElementsAre(Pair(1, 1.5F), Pair(2, 2.75F)));
}

TEST(TrainLog, GoesOnWithTheEpochsThatWereLost) {
  const TemporaryFolder at;
  const RunFolder folder(at.path());
  {
    TrainLog log(folder, {});
    log.begin({});
    log.write(history(1));
  }
  TrainLog log(folder, {});
  log.go_on(2);
  log.write(history(3));
  EXPECT_THAT(logged(folder), ElementsAre(Pair(1, 1.5F), Pair(2, 2.5F), Pair(3, 3.5F)));
}

TEST(TrainLog, BeginsAgainWithTheOptionsThatItHad) {
  const TemporaryFolder at;
  const RunFolder folder(at.path());
  TrainLog log(folder, {});
  log.begin({});
  log.write(history(4));
  log.go_on(0);
  log.go_on(0);
  log.write(history(1, 0.75));
  EXPECT_THAT(logged(folder), ElementsAre(Pair(1, 1.75F)));
  const auto files = folder.event_files();
  ASSERT_EQ(files.size(), 3U);
  std::vector<std::string> tags;
  for (const auto& event : events_in(files[0])) {
    tags.insert(tags.end(), event.tags.begin(), event.tags.end());
  }
  EXPECT_THAT(
      tags, ElementsAre("config.toml", "custom_scalars__config__", "_hparams_/session_start_info"));
}

}  // namespace
}  // namespace diabolo::app
