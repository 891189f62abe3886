#include <gtest/gtest.h>

#include "lib/output/explain_picture.hpp"
#include "lib/output/field_panel.hpp"
#include "lib/output/traversal_picture.hpp"
#include "tests/data/samples.hpp"
#include "tests/output/chart.hpp"

namespace diabolo {
namespace {

/// A page of 400 pixels height with one field in [100, 100] to [500, 300].
torch::Tensor drawn(const Field& field, bool with_scale = false) {
  const TemporaryFolder folder;
  ChartPage page(400);
  if (with_scale) page.colour_bar({600, 100, 620, 300}, field.range, 4);
  draw_field(page, field, {100, 100, 500, 300});
  page.write(folder / "field.png");
  return picture(folder / "field.png");
}

uint32_t colour_at(const torch::Tensor& picture, int64_t x, int64_t y) {
  const auto pixel = picture.select(2, x).select(1, y).to(torch::kInt64);
  return static_cast<uint32_t>(pixel[0].item<int64_t>() << 16 | pixel[1].item<int64_t>() << 8 |
                               pixel[2].item<int64_t>());
}

TEST(FieldPanel, DrawsEachNumberWhereItStandsWithSquarePixels) {
  // Two rows of three: 300 by 200 pixels in the middle of the room, so from x = 150.
  const auto values = torch::tensor({{0.0, 0.5, 1.0}, {1.0, 0.0, 0.0}});
  const auto page = drawn({values, {0, 1}, FieldColours::kPixels});
  EXPECT_EQ(colour_at(page, 200, 150), 0x000000);
  EXPECT_EQ(colour_at(page, 400, 150), 0xFFFFFF);
  EXPECT_EQ(colour_at(page, 200, 250), 0xFFFFFF);
  EXPECT_EQ(colour_at(page, 300, 250), 0x000000);
  EXPECT_EQ(colour_at(page, 130, 150), 0xFFFFFF);
  EXPECT_EQ(colour_at(page, 470, 250), 0xFFFFFF);
  // No shades between neighbours: five pixels from their border the colour is still their own.
  EXPECT_EQ(colour_at(page, 245, 250), 0xFFFFFF);
  EXPECT_EQ(colour_at(page, 256, 250), 0x000000);
}

TEST(FieldPanel, KeepsRedGreenAndBlueApart) {
  const auto values = torch::eye(3).view({3, 1, 3});
  const auto page = drawn({values, {0, 1}, FieldColours::kPixels});
  EXPECT_EQ(colour_at(page, 160, 200), 0xFF0000);
  EXPECT_EQ(colour_at(page, 300, 200), 0x00FF00);
  EXPECT_EQ(colour_at(page, 440, 200), 0x0000FF);
}

TEST(FieldPanel, IsWhiteAtZeroBlueBelowAndRedAbove) {
  const auto values = torch::tensor({{-3.0, 0.0, 3.0}});
  const AxisRange range = signed_range(values);
  EXPECT_EQ(range.low, -3);
  EXPECT_EQ(range.high, 3);
  const auto page = drawn({values, range, FieldColours::kSigned});
  const uint32_t below = colour_at(page, 160, 200), above = colour_at(page, 440, 200);
  EXPECT_GT(below & 255, below >> 16);
  EXPECT_LT(above & 255, above >> 16);
  EXPECT_EQ(colour_at(page, 300, 200), 0xFFFFFF);
}

TEST(FieldPanel, HasAScaleOnlyWhereOneWasAskedFor) {
  const Field field{torch::rand({4, 8}), {0, 1}, FieldColours::kShades};
  const auto right_of_it = [](const torch::Tensor& page) {
    return where(page, 0xFFFFFF).narrow(1, 560, 200).all().item<bool>();
  };
  EXPECT_TRUE(right_of_it(drawn(field)));
  EXPECT_FALSE(right_of_it(drawn(field, /*with_scale=*/true)));
}

TEST(FieldPanel, AveragesWhatIsLargerThanItsRoom) {
  auto values = torch::zeros({1000, 2000});
  values.narrow(1, 1000, 1000).fill_(1);
  const auto page = drawn({values, {0, 1}, FieldColours::kPixels});
  EXPECT_EQ(colour_at(page, 200, 200), 0x000000);
  EXPECT_EQ(colour_at(page, 400, 200), 0xFFFFFF);
}

TEST(ExplainPicture, CutsNothingOffWithLongTitlesAndOneUnit) {
  ImageExplanation explanation;
  explanation.samples = 7;
  explanation.patch = 1;
  explanation.mean = torch::rand({1, 6, 30});
  explanation.gradient = torch::full({6, 30}, 1.0 / 180, torch::kFloat64);
  explanation.occlusion = explanation.gradient;
  explanation.rings = rings_of(explanation.gradient, explanation.occlusion, 1);
  explanation.units = {{.unit = 0, .share = 1, .contrast = torch::rand({1, 6, 30}) - 0.5}};
  explanation.units_in_all = 1;
  explanation.first_weights = torch::rand({3, 1, 6, 30}) - 0.5;
  explanation.first_layer_size = 3;
  const TemporaryFolder folder;
  draw_explanation(explanation, std::string(400, 'w') + kNasty, folder / "explain.png");
  EXPECT_TRUE(has_clear_edges(picture(folder / "explain.png")));
  EXPECT_EQ(folder.names(), std::set<std::string>{"explain.png"});
}

TEST(CodeMapPicture, HasTheFirstNumberAcrossAndTheSecondUp) {
  // Four images of one pixel: only that of the greatest x and the least y is white.
  CodeMap map{.x = {-1, 1}, .y = {0, 5}, .decoded = torch::zeros({2, 2, 1, 1, 1})};
  map.decoded[0][1] = 1;
  const TemporaryFolder folder;
  draw_code_map(map, "map", folder / "map.png");
  const auto page = picture(folder / "map.png");
  EXPECT_EQ(colour_at(page, 1200, 1200), 0xFFFFFF);
  EXPECT_EQ(colour_at(page, 1200, 300), 0x000000);
  EXPECT_EQ(colour_at(page, 400, 1200), 0x000000);
  EXPECT_TRUE(has_clear_edges(page));
}

}  // namespace
}  // namespace diabolo
