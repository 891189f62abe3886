#include <gmock/gmock.h>

#include "lib/output/chart_page.hpp"
#include "tests/output/chart.hpp"

namespace diabolo {
namespace {

constexpr double kHeight = 400;
constexpr Box kArea = {200, 50, 1500, 300};
constexpr AxisRange kUnit = {0, 1};

enum class Place { kPage, kFlatAxis, kSpace, kSpaceAxis };

/// A picture whose only text stands at `place`.
torch::Tensor page_with(Place place, const std::string& text) {
  const TemporaryFolder folder;
  ChartPage page(kHeight);
  const bool flat = place == Place::kPage || place == Place::kFlatAxis;
  if (flat) page.begin_plot(kArea);
  if (!flat) page.begin_space(kArea, 60, 30);
  const bool at_axis = place == Place::kFlatAxis || place == Place::kSpaceAxis;
  for (const char name : {'x', 'y', 'z'}) page.axis(name, kUnit, at_axis ? text : "", 4);
  if (place == Place::kPage) page.text(100, 20, text);
  if (place == Place::kSpace) page.text_in_space({0.5, 0.5, 0.5}, text, Align::kLeft);
  page.end_plot(flat ? "plot 0.5" : "splot 0.5");
  page.write(folder / "page.png");
  return picture(folder / "page.png");
}

TEST(ChartPage, TakesNoTextForMarkup) {
  for (const auto place : {Place::kPage, Place::kFlatAxis, Place::kSpace, Place::kSpaceAxis}) {
    const auto plain = page_with(place, "xy");
    EXPECT_TRUE(torch::equal(page_with(place, "xy"), plain));
    for (const std::string text : {"x{y}", "{/:Normal xy}", "x\\y", "xz"}) {
      EXPECT_FALSE(torch::equal(page_with(place, text), plain))
          << text << " at " << static_cast<int>(place);
    }
    EXPECT_TRUE(torch::equal(page_with(place, "x\ny"), page_with(place, "x y")));
  }
}

TEST(ChartPage, PutsTextsAndMarksAtTheirPixels) {
  const TemporaryFolder folder;
  ChartPage page(kHeight);
  page.begin_plot(kArea);
  page.text(120, 340, "left", {.colour = 0x0072B2});
  page.text(800, 340, "middle", {.colour = 0xE69F00, .align = Align::kCentre});
  page.text(1500, 340, "right", {.colour = 0x009E73, .align = Align::kRight});
  page.mark(60, 340, theme::kDisc, 2, 0xD55E00);
  page.end_plot("plot [0:1] [0:1] 2");
  page.write(folder / "page.png");
  const auto drawn = picture(folder / "page.png");
  const auto columns = [&](uint32_t rgb) {
    const auto found = where(drawn, rgb).nonzero().select(1, 1);
    return std::pair(found.min().item<double>(), found.max().item<double>());
  };
  EXPECT_NEAR(columns(0x0072B2).first, 120, 4);
  EXPECT_NEAR(columns(0xE69F00).first + columns(0xE69F00).second, 1600, 8);
  EXPECT_NEAR(columns(0x009E73).second, 1500, 4);
  EXPECT_NEAR(middle_of(drawn, 0xD55E00, 400).x, 60, 1.5);
  EXPECT_NEAR(middle_of(drawn, 0xD55E00, 400).y, 340, 1.5);
}

TEST(RoundStep, IsOneTwoOrFiveTimesAPowerOfTen) {
  EXPECT_DOUBLE_EQ(round_step({0, 1}, 5), 0.2);
  EXPECT_DOUBLE_EQ(round_step({0, 10}, 3), 5);
  EXPECT_DOUBLE_EQ(round_step({-4000, 4000}, 6), 2000);
  EXPECT_DOUBLE_EQ(round_step({0, 7}, 1), 10);
}

}  // namespace
}  // namespace diabolo
