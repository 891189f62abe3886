#include <gmock/gmock.h>

#include "lib/output/scatter.hpp"
#include "lib/output/theme.hpp"
#include "tests/output/chart.hpp"

namespace diabolo {
namespace {

using testing::HasSubstr;

constexpr int64_t kBelowPlots = 772;  // The axes of two and three dimensions end there.

ScatterPanel panel(const torch::Tensor& points) {
  std::vector<std::string> axes;
  for (int64_t d = 0; d < points.size(1); ++d) axes.push_back("code " + std::to_string(d + 1));
  return {"panel", axes, points};
}

/// A point at each place of [0, 1], `groups` in turn.
PointColours in_turn(int64_t count, int64_t groups) {
  PointColours colours{.name = "label", .groups = {}, .group_of = {}, .values = {}};
  for (int64_t i = 0; i < groups; ++i) colours.groups.push_back("group " + std::to_string(i));
  colours.group_of = torch::arange(count).remainder(groups);
  return colours;
}

torch::Tensor drawn(const std::vector<ScatterPanel>& panels, const PointColours& colours = {},
                    const std::vector<std::string>& texts = {},
                    const std::string& title = "title") {
  const TemporaryFolder folder;
  draw_scatter(title, panels, colours, texts, folder / "chart.png");
  EXPECT_EQ(folder.names(), std::set<std::string>{"chart.png"});
  return picture(folder / "chart.png");
}

torch::Tensor diagonal(int64_t count, int64_t dimensions) {
  return torch::linspace(0, 1, count).unsqueeze(1).expand({count, dimensions}).contiguous();
}

TEST(Scatter, IsSixteenHundredPixelsWide) {
  const auto one = drawn({panel(diagonal(4, 2))});
  const auto two = drawn({panel(diagonal(4, 2)), panel(diagonal(4, 2))});
  EXPECT_EQ(one.size(2), 1600);
  EXPECT_EQ(two.size(2), 1600);
  EXPECT_EQ(one.size(1), two.size(1));
}

TEST(Scatter, DrawsAPointWhereItsNumbersSay) {
  // One panel's axes span the columns 164 to 1564 and the rows 128 to 768; margins are 5% of data.
  const auto chart = drawn({panel(torch::tensor({{0.0F, 0.0F}, {1.0F, 1.0F}}))}, in_turn(2, 2));
  const Middle low = middle_of(chart, theme::group_colour(0), kBelowPlots);
  const Middle high = middle_of(chart, theme::group_colour(1), kBelowPlots);
  EXPECT_NEAR(low.x, 164 + 1400 * 0.05 / 1.1, 2);
  EXPECT_NEAR(low.y, 768 - 640 * 0.05 / 1.1, 2);
  EXPECT_NEAR(high.x, 1564 - 1400 * 0.05 / 1.1, 2);
  EXPECT_NEAR(high.y, 128 + 640 * 0.05 / 1.1, 2);
}

TEST(Scatter, DrawsTheSecondPanelOnTheRight) {
  const auto points = torch::tensor({{0.0F, 0.0F}, {1.0F, 1.0F}});
  const auto colours = in_turn(2, 2);
  const auto mirrored = torch::tensor({{1.0F, 0.0F}, {0.0F, 1.0F}});
  const auto chart = drawn({panel(points), panel(mirrored)}, colours);
  const auto left = chart.narrow(2, 0, 800);
  const auto right = chart.narrow(2, 800, 800);
  for (const size_t group : {0U, 1U}) {
    EXPECT_GT(pixels_of(left.narrow(1, 0, kBelowPlots), theme::group_colour(group)), 50);
    EXPECT_GT(pixels_of(right.narrow(1, 0, kBelowPlots), theme::group_colour(group)), 50);
  }
  EXPECT_LT(middle_of(left, theme::group_colour(0), kBelowPlots).x, 300);
  EXPECT_GT(middle_of(right, theme::group_colour(0), kBelowPlots).x, 500);
}

TEST(Scatter, GivesEachOfTwelveGroupsAColourInPlotAndLegend) {
  const auto chart = drawn({panel(diagonal(12, 2))}, in_turn(12, 12));
  const auto below = chart.narrow(1, kBelowPlots, chart.size(1) - kBelowPlots);
  for (size_t group = 0; group < 12; ++group) {
    const auto colour = theme::group_colour(group);
    EXPECT_GT(pixels_of(chart.narrow(1, 0, kBelowPlots), colour), 50) << group;
    EXPECT_GT(pixels_of(below, colour), 50) << group;
  }
}

TEST(Scatter, RepeatsColoursWithOtherShapes) {
  std::set<std::pair<uint32_t, int>> looks;
  for (size_t i = 0; i < theme::kLongestLegend; ++i) {
    looks.insert({theme::group_colour(i), theme::group_shape(i)});
  }
  EXPECT_EQ(looks.size(), theme::kLongestLegend);
}

TEST(Scatter, NamesThirtyGroupsButNotMore) {
  const auto thirty = drawn({panel(diagonal(40, 2))}, in_turn(40, 30));
  const auto more = drawn({panel(diagonal(40, 2))}, in_turn(40, 31));
  EXPECT_GT(thirty.size(1), more.size(1) + 30);
  EXPECT_EQ(
      pixels_of(more.narrow(1, kBelowPlots, more.size(1) - kBelowPlots), theme::group_colour(0)),
      0);
}

TEST(Scatter, ShadesValuesFromDarkToBright) {
  auto colours = PointColours{.name = "age", .groups = {}, .group_of = {}, .values = {}};
  colours.values = torch::tensor({10.0F, 20.0F});
  const auto chart = drawn({panel(torch::tensor({{0.0F, 0.0F}, {1.0F, 1.0F}}))}, colours);
  EXPECT_LT(middle_of(chart, 0x440154, kBelowPlots).x, 300);
  EXPECT_GT(middle_of(chart, 0xFDE725, kBelowPlots).x, 1400);
  const auto below = chart.narrow(1, kBelowPlots, chart.size(1) - kBelowPlots);
  EXPECT_GT(where(below, 0x440154, 8).sum().item<int64_t>(), 20);
  EXPECT_GT(where(below, 0xFDE725, 8).sum().item<int64_t>(), 20);
  colours.values = torch::tensor({10.0F, 10.0F});
  EXPECT_NO_THROW(drawn({panel(diagonal(2, 2))}, colours));
}

TEST(Scatter, DrawsOneStripAGroupFromTopToBottom) {
  const auto chart = drawn({panel(diagonal(9, 1))}, in_turn(9, 3));
  std::vector<double> rows;
  for (const size_t group : {0U, 1U, 2U}) {
    rows.push_back(middle_of(chart, theme::group_colour(group), chart.size(1)).y);
  }
  EXPECT_LT(rows[0] + 40, rows[1]);
  EXPECT_LT(rows[1] + 40, rows[2]);
  // No legend, since names stand beside the strips.
  EXPECT_EQ(drawn({panel(diagonal(9, 1))}).size(1), chart.size(1));
}

TEST(Scatter, SpreadsEqualCodesOfOneDimension) {
  const auto chart = drawn({panel(torch::zeros({5, 1}))});
  const auto found = where(chart, theme::group_colour(0)).nonzero().select(1, 0);
  EXPECT_GT((found.max() - found.min()).item<int64_t>(), 100);
}

TEST(Scatter, DrawsNearPointsOfSpaceInFrontOfFarOnes) {
  // Towards the eye, in a view tilted by 62 and turned by 38 degrees.
  const auto nearer = torch::tensor({0.5436F, -0.6958F, 0.4695F}) * 0.3;
  const auto middle = torch::full({3}, 0.5F);
  const auto points =
      torch::stack({middle + nearer, middle - nearer, torch::zeros({3}), torch::ones({3})});
  auto colours = in_turn(4, 3);
  for (const bool swapped : {false, true}) {
    colours.group_of = swapped ? torch::tensor({1, 0, 2, 2}) : torch::tensor({0, 1, 2, 2});
    colours.group_of = colours.group_of.to(torch::kInt64);
    const auto plot = drawn({panel(points)}, colours).narrow(1, 0, kBelowPlots);
    // The square of group 1 shows its corners behind the disc of group 0.
    EXPECT_GT(pixels_of(plot, theme::group_colour(swapped ? 1 : 0)), 100);
    EXPECT_LT(pixels_of(plot, theme::group_colour(swapped ? 0 : 1)), 100);
  }
}

TEST(Scatter, DrawsNamesBesidePointsOfEveryDimension) {
  const std::vector<std::string> names = {"England", "Northern Ireland", "Scotland", "Wales"};
  for (const int64_t dimensions : {1, 2, 3}) {
    const auto points = diagonal(4, dimensions);
    const auto named = drawn({panel(points), panel(points)}, {}, names);
    const auto blank = drawn({panel(points), panel(points)}, {}, {"", "", "", ""});
    EXPECT_GT(pixels_of(named, theme::kInk), pixels_of(blank, theme::kInk) + 200) << dimensions;
    EXPECT_TRUE(has_clear_edges(named)) << dimensions;
  }
}

TEST(Scatter, DrawsAnyTextWithoutRunningIt) {
  const TemporaryFolder folder;
  std::string nasty = kNasty;
  const std::string file = (folder / "made").string();
  while (nasty.find("HERE") != std::string::npos) nasty.replace(nasty.find("HERE"), 4, file);
  for (const int64_t dimensions : {1, 2, 3}) {
    auto subject = panel(diagonal(4, dimensions));
    subject.title = nasty;
    for (auto& axis : subject.axes) axis = nasty;
    auto colours = in_turn(4, 2);
    colours.name = nasty;
    colours.groups = {nasty, std::string(1000, 'W')};
    const auto chart =
        drawn({subject, subject}, colours, std::vector<std::string>(4, nasty), nasty);
    EXPECT_TRUE(has_clear_edges(chart)) << dimensions;
    EXPECT_TRUE(folder.names().empty());
  }
}

TEST(Scatter, GivesEqualBytesForEqualPoints) {
  const TemporaryFolder folder;
  for (const std::string name : {"a.png", "b.png"}) {
    draw_scatter("title", {panel(diagonal(100, 2))}, in_turn(100, 3), {}, folder / name);
  }
  EXPECT_EQ(bytes_of(folder / "a.png"), bytes_of(folder / "b.png"));
}

TEST(Scatter, DrawsPointsThatAreAllTheSameOrHuge) {
  for (const float value : {0.0F, -3.0F, 1e30F, 1e-30F}) {
    for (const int64_t dimensions : {1, 2, 3}) {
      const auto chart = drawn({panel(torch::full({3, dimensions}, value))});
      EXPECT_GT(pixels_of(chart, theme::group_colour(0)), 50) << value << " " << dimensions;
    }
  }
}

TEST(Scatter, LeavesWhatWasThereWhenGnuplotFails) {
  const TemporaryFolder folder;
  formats::write_file_atomically(folder / "chart.png", "old");
  const Variable variable("DIABOLO_GNUPLOT", "/bin/false");
  EXPECT_THROW(draw_scatter("", {panel(diagonal(4, 2))}, {}, {}, folder / "chart.png"),
               std::runtime_error);
  EXPECT_EQ(bytes_of(folder / "chart.png"), "old");
  EXPECT_EQ(folder.names(), std::set<std::string>{"chart.png"});
}

TEST(Scatter, RefusesWhatDoesNotFitBeforeItRunsGnuplot) {
  const Variable variable("DIABOLO_GNUPLOT", "/nonexistent");
  const auto expect = [&](const std::vector<ScatterPanel>& panels, const PointColours& colours,
                          const std::vector<std::string>& texts, const std::string& message) {
    try {
      draw_scatter("", panels, colours, texts, "unused.png");
      ADD_FAILURE() << "no error: " << message;
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), HasSubstr(message));
    }
  };
  const auto good = panel(diagonal(4, 2));
  expect({}, {}, {}, "0 panels");
  expect({good, good, good}, {}, {}, "3 panels");
  expect({{"t", {}, diagonal(4, 2)}}, {}, {}, "0 axis names");
  expect({panel(diagonal(4, 4))}, {}, {}, "4 axis names");
  expect({{"t", {"x"}, diagonal(4, 2)}}, {}, {}, "[N, 1]");
  expect({{"t", {"x"}, {}}}, {}, {}, "[N, 1]");
  expect({panel(torch::zeros({0, 2}))}, {}, {}, "0 points");
  expect({good, panel(diagonal(3, 2))}, {}, {}, "3 points");
  auto broken = diagonal(4, 2);
  broken[2][1] = std::numeric_limits<float>::quiet_NaN();
  expect({good, {"broken", {"x", "y"}, broken}}, {}, {}, "panel 'broken': point 3");
  auto colours = in_turn(4, 2);
  colours.group_of[3] = 2;
  expect({good}, colours, {}, "groups are numbered 0 to 1, not 2");
  expect({good}, in_turn(3, 2), {}, "its group");
  colours = in_turn(4, 2);
  colours.values = torch::zeros({4});
  expect({good}, colours, {}, "not both");
  colours = {};
  colours.values = torch::zeros({3});
  expect({good}, colours, {}, "its value");
  colours.values = torch::full({4}, std::numeric_limits<float>::infinity());
  expect({good}, colours, {}, "value 1");
  expect({good}, {}, {"one"}, "1 name for 4 points");
  expect({panel(diagonal(51, 2))}, {}, std::vector<std::string>(51), "51 names");
}

}  // namespace
}  // namespace diabolo
