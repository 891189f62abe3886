#include <gmock/gmock.h>

#include "lib/formats/file.hpp"
#include "lib/output/tensorboard.hpp"
#include "tests/formats/temporary_folder.hpp"
#include "tests/output/events.hpp"

namespace diabolo {
namespace {

using formats::TemporaryFolder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::ThrowsMessage;

/// The header of a PNG of 3 x 2 pixels, which is all that is looked at.
const std::string kPng("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\3\0\0\0\2", 24);

void write_steps(const std::filesystem::path& path, int64_t first, int64_t last) {
  EventWriter writer(path);
  for (int64_t step = first; step <= last; ++step) {
    const EventTime time{.step = step, .seconds = 1e9};
    writer.scalars(time, {{"loss", 1.0 / static_cast<double>(step)}});
    writer.image(time, "picture", kPng);
  }
  writer.flush();
}

std::vector<int64_t> steps_in(const std::filesystem::path& path) {
  std::vector<int64_t> steps;
  for (const auto& event : events_in(path)) {
    if (!event.scalars.empty()) steps.push_back(event.step);
  }
  return steps;
}

TEST(EventWriter, BeginsWithTheVersionAndKeepsTheOrder) {
  const TemporaryFolder folder;
  write_steps(folder / "x", 1, 2);
  const auto events = events_in(folder / "x");
  ASSERT_EQ(events.size(), 5U);
  EXPECT_EQ(events[0].version, "brain.Event:2");
  EXPECT_THAT(events[1].scalars, ElementsAre(Pair("loss", 1.0F)));
  EXPECT_THAT(events[2].images, ElementsAre(Pair("picture", kPng)));
  EXPECT_THAT(events[3].scalars, ElementsAre(Pair("loss", 0.5F)));
  EXPECT_EQ(events[3].step, 2);
}

TEST(EventWriter, RefusesAPictureThatIsNone) {
  const TemporaryFolder folder;
  EventWriter writer(folder / "x");
  EXPECT_THAT([&] { writer.image({}, "picture", "\x89PNG"); },
              ThrowsMessage<std::runtime_error>(HasSubstr("picture")));
}

TEST(EventWriter, WritesTextsOfAnyBytes) {
  const TemporaryFolder folder;
  EventWriter writer(folder / "x");
  writer.text({}, "caf\xe9", "\xff");
  writer.begin_session({}, {{.name = "data", .help = "", .value = std::string("\xe9")}});
  writer.end_session({});
  writer.charts({}, {{"\xff", {"loss"}}});
  writer.restart({.step = 3});
  writer.flush();
  const auto events = events_in(folder / "x");
  ASSERT_EQ(events.size(), 6U);
  EXPECT_THAT(events[1].tags, ElementsAre("caf?"));
  EXPECT_THAT(events[2].tags, ElementsAre("_hparams_/session_start_info"));
  EXPECT_THAT(events[3].tags, ElementsAre("_hparams_/session_end_info"));
  EXPECT_THAT(events[4].tags, ElementsAre("custom_scalars__config__"));
  EXPECT_TRUE(events[5].restart);
  // Field 8 of a tensor, and field 3 of an option's value: a text of one byte.
  const std::string bytes = formats::read_file(folder / "x", 1 << 20);
  EXPECT_THAT(bytes, HasSubstr("\x42\x01?"));
  EXPECT_THAT(bytes, HasSubstr("data\x12\x03\x1a\x01?"));
}

TEST(CutEvents, LeavesThoseUpToAStep) {
  const TemporaryFolder folder;
  write_steps(folder / "x", 1, 5);
  EXPECT_EQ(cut_events_after(folder / "x", 3), 3);
  EXPECT_THAT(steps_in(folder / "x"), ElementsAre(1, 2, 3));
  EXPECT_EQ(events_in(folder / "x").back().images.size(), 1U) << "the picture of the last step";
  EXPECT_EQ(cut_events_after(folder / "x", 9), 3);
  EXPECT_THAT(steps_in(folder / "x"), ElementsAre(1, 2, 3));
  EXPECT_EQ(cut_events_after(folder / "x", 0), 0);
  EXPECT_THAT(steps_in(folder / "x"), IsEmpty());
  EXPECT_EQ(events_in(folder / "x").size(), 1U) << "the version";
}

TEST(CutEvents, TakesAwayARecordThatIsNotWhole) {
  const TemporaryFolder folder;
  write_steps(folder / "x", 1, 2);
  const auto size = std::filesystem::file_size(folder / "x");
  std::filesystem::resize_file(folder / "x", size - 1);
  // The picture of step 2 is the last record, its scalars the one before.
  EXPECT_EQ(cut_events_after(folder / "x", 2), 2);
  EXPECT_EQ(events_in(folder / "x").size(), 4U);
  EXPECT_LT(std::filesystem::file_size(folder / "x"), size - 50);
}

TEST(CutEvents, LeavesNothingOfAFileOfAnotherKind) {
  const TemporaryFolder folder;
  formats::write_file_atomically(folder / "x", "no records at all");
  EXPECT_EQ(cut_events_after(folder / "x", 9), 0);
  EXPECT_EQ(std::filesystem::file_size(folder / "x"), 0U);
}

}  // namespace
}  // namespace diabolo
