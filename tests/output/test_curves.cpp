#include <gmock/gmock.h>

#include <limits>

#include "lib/output/curve_axis.hpp"
#include "lib/output/curves.hpp"
#include "tests/output/chart.hpp"

namespace diabolo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kBelowPlot = 800;  // The axes end at row 792.

CurvesChart chart_of(const std::vector<Curve>& curves) {
  return {.title = "error",
          .x_name = "codes",
          .y_name = "MSE",
          .log_x = false,
          .log_y = false,
          .dots = true,
          .curves = curves,
          .marker = {}};
}

Curve falling() { return {"falling", {1, 10, 100}, {1, 0.1, 0.01}, {}, {}}; }

torch::Tensor drawn(const CurvesChart& chart) {
  const TemporaryFolder folder;
  draw_curves(chart, folder / "chart.png");
  EXPECT_EQ(folder.names(), std::set<std::string>{"chart.png"});
  return picture(folder / "chart.png");
}

/// Number of pixels of the first curve's colour in one column of the plot.
int64_t height_at(const torch::Tensor& picture, int64_t column) {
  return where(picture.narrow(1, 0, kBelowPlot), theme::group_colour(0))
      .select(1, column)
      .sum()
      .item<int64_t>();
}

TEST(Curves, AreSixteenHundredPixelsWideWithALegend) {
  const auto chart = drawn(chart_of({falling(), {"other", {1, 100}, {0.5, 0.5}, {}, {}}}));
  EXPECT_EQ(chart.size(2), 1600);
  for (const size_t curve : {0U, 1U}) {
    const auto colour = theme::group_colour(curve);
    EXPECT_GT(pixels_of(chart.narrow(1, 0, kBelowPlot), colour), 1000);
    EXPECT_GT(pixels_of(chart.narrow(1, kBelowPlot, chart.size(1) - kBelowPlot), colour), 50);
  }
  EXPECT_TRUE(has_clear_edges(chart));
}

TEST(Curves, AreStraightOnLogarithmicAxesWhenTheyFollowAPower) {
  auto request = chart_of({falling()});
  request.log_x = request.log_y = true;
  // The axes span columns 164 to 1564 and rows 112 to 792; ten in 1 to 100 is their middle.
  const auto middle = where(drawn(request).narrow(1, 0, kBelowPlot), theme::group_colour(0))
                          .select(1, 864)
                          .nonzero()
                          .to(torch::kFloat64)
                          .mean()
                          .item<double>();
  EXPECT_NEAR(middle, (112 + 792) / 2.0, 2);
}

TEST(Curves, HaveErrorBarsWhereTheyAreGiven) {
  auto curve = falling();
  curve.y = {5, 5, 5};
  const auto plain =
      drawn(chart_of({{"", {1, 10, 100}, {5, 5, 5}, {}, {}}, {"range", {1, 100}, {1, 9}, {}, {}}}));
  curve.low = {4, 1, 4};
  curve.high = {6, 9, 6};
  const auto barred = drawn(chart_of({curve, {"range", {1, 100}, {1, 9}, {}, {}}}));
  const int64_t column = 164 + std::lround(1400 * (10 - 1 + 4.95) / 108.9);
  EXPECT_LT(height_at(plain, column), 30);
  EXPECT_GT(height_at(barred, column), 500);
}

TEST(Curves, LetBarsBelowZeroReachTheEndOfALogarithmicAxis) {
  auto request = chart_of({falling()});
  request.log_y = true;
  request.curves[0].low = {0.5, 0, -1};
  request.curves[0].high = {2, 0.2, 0.02};
  request.log_x = true;
  // Below the point in the middle, down to the axis at row 792.
  const auto below = drawn(request).narrow(1, 520, 270).narrow(2, 862, 5);
  EXPECT_GT(where(below, theme::group_colour(0), 60).any(1).sum().item<int64_t>(), 260);
}

TEST(Curves, HaveAMarkerAtItsPlace) {
  auto request = chart_of({falling()});
  request.log_x = true;
  const auto without = drawn(request);
  request.marker = CurveMarker{10, "the knee"};
  const auto with = drawn(request);
  const auto column = [](const torch::Tensor& chart) {
    return pixels_of(chart.narrow(2, 862, 5), theme::kQuiet);
  };
  EXPECT_GT(column(with), column(without) + 200);
  EXPECT_GT(pixels_of(with.narrow(1, 80, 30), theme::kQuiet), 50);
}

TEST(Curves, DrawAnyTextWithoutRunningIt) {
  const TemporaryFolder folder;
  std::string nasty = kNasty;
  const std::string file = (folder / "made").string();
  while (nasty.find("HERE") != std::string::npos) nasty.replace(nasty.find("HERE"), 4, file);
  auto request = chart_of({falling()});
  request.title = request.x_name = request.y_name = request.curves[0].name = nasty;
  request.marker = CurveMarker{100, nasty};
  EXPECT_TRUE(has_clear_edges(drawn(request)));
  EXPECT_TRUE(folder.names().empty());
}

TEST(Curves, OfOnePointAreDrawn) {
  auto request = chart_of({{"", {3}, {0.5}, {}, {}}});
  EXPECT_GT(pixels_of(drawn(request), theme::group_colour(0)), 50);
  request.log_x = request.log_y = true;
  EXPECT_GT(pixels_of(drawn(request), theme::group_colour(0)), 50);
}

TEST(Curves, LeaveWhatWasThereWhenGnuplotFails) {
  const TemporaryFolder folder;
  formats::write_file_atomically(folder / "chart.png", "old");
  const Variable variable("DIABOLO_GNUPLOT", "/bin/false");
  EXPECT_THROW(draw_curves(chart_of({falling()}), folder / "chart.png"), std::runtime_error);
  EXPECT_EQ(bytes_of(folder / "chart.png"), "old");
  EXPECT_EQ(folder.names(), std::set<std::string>{"chart.png"});
}

TEST(Curves, RefuseWhatDoesNotFit) {
  const Variable variable("DIABOLO_GNUPLOT", "/nonexistent");
  const auto expect = [](const CurvesChart& chart, const std::string& message) {
    try {
      draw_curves(chart, "unused.png");
      ADD_FAILURE() << "no error: " << message;
    } catch (const std::invalid_argument& error) {
      EXPECT_THAT(error.what(), HasSubstr(message));
    }
  };
  expect(chart_of({}), "no curve");
  expect(chart_of({{"a", {}, {}, {}, {}}}), "curve 'a'");
  expect(chart_of({{"a", {1, 2}, {1}, {}, {}}}), "2 x and 1 y");
  expect(chart_of({{"a", {1, 2}, {1, 2}, {0, 0}, {}}}), "both ends");
  expect(chart_of({{"a", {1}, {std::numeric_limits<double>::quiet_NaN()}, {}, {}}}), "not finite");
  auto request = chart_of({{"a", {0, 2}, {1, 2}, {}, {}}});
  request.log_x = true;
  expect(request, "x has 0, which a logarithmic axis cannot show");
  request = chart_of({falling()});
  request.log_x = true;
  request.marker = CurveMarker{-1, "knee"};
  expect(request, "the marker has -1");
}

TEST(Curves, OfSeveralChartsStandBelowEachOther) {
  const TemporaryFolder folder;
  auto lower = chart_of({{"first", {1, 2}, {1, 2}, {}, {}}, {"second", {1, 2}, {2, 1}, {}, {}}});
  draw_curve_page("two", {chart_of({falling()}), lower}, folder / "two.png");
  draw_curve_page("one", {chart_of({falling()})}, folder / "one.png");
  const auto two = picture(folder / "two.png"), one = picture(folder / "one.png");
  EXPECT_TRUE(has_clear_edges(two));
  EXPECT_GT(two.size(1), one.size(1) + 500);
  // The second colour is in the lower chart alone.
  const auto second = where(two, theme::group_colour(1)).any(1).nonzero();
  EXPECT_GT(second.min().item<int64_t>(), one.size(1));
  EXPECT_THROW(draw_curve_page("none", {}, folder / "none.png"), std::invalid_argument);
}

TEST(Curves, HaveNoDotsWhereNoneAreWanted) {
  auto chart = chart_of({falling()});
  const auto with = drawn(chart);
  chart.dots = false;
  EXPECT_LT(pixels_of(drawn(chart).narrow(1, 0, kBelowPlot), theme::group_colour(0)),
            pixels_of(with.narrow(1, 0, kBelowPlot), theme::group_colour(0)));
}

TEST(CurveAxis, HasItsTicksAtFewValues) {
  EXPECT_THAT(make_curve_axis('x', true, {2, 16, 4, 4, 8}, true).ticks, ElementsAre(2, 4, 8, 16));
  EXPECT_THAT(make_curve_axis('x', false, {2, 16, 4}, true).ticks, IsEmpty());
}

TEST(CurveAxis, HasRoundTicksWhereValuesCrowd) {
  EXPECT_THAT(make_curve_axis('x', true, {10, 10.1, 99}, true).ticks, ElementsAre(10, 20, 50, 100));
  EXPECT_THAT(make_curve_axis('y', true, {0.0011, 0.0049}, false).ticks, ElementsAre(0.002, 0.005));
  EXPECT_THAT(make_curve_axis('y', true, {1e-5, 1}, false).ticks,
              ElementsAre(1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1));
}

}  // namespace
}  // namespace diabolo
