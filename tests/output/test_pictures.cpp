#include <gmock/gmock.h>

#include "lib/output/pictures.hpp"

namespace diabolo {
namespace {

using testing::ElementsAre;

torch::Tensor ramp(int64_t count, int64_t channels, int64_t height, int64_t width) {
  const int64_t values = count * channels * height * width;
  const auto numbers = torch::arange(values).mul(37).remainder(256).to(torch::kFloat32).div(255);
  return numbers.view({count, channels, height, width});
}

/// Where `image`, enlarged `scale` times, lies in `picture` as it is: [row, column], or [-1, -1].
std::pair<int64_t, int64_t> find(const torch::Tensor& picture, const torch::Tensor& image,
                                 int64_t scale) {
  const auto bytes = image.mul(255).round().to(torch::kUInt8).expand({3, -1, -1});
  const auto large = bytes.repeat_interleave(scale, 1).repeat_interleave(scale, 2);
  const int64_t height = large.size(1);
  const int64_t width = large.size(2);
  for (int64_t row = 0; row + height <= picture.size(1); ++row) {
    for (int64_t column = 0; column + width <= picture.size(2); ++column) {
      // The corner first: it is cheap.
      if (!torch::equal(picture.select(1, row).select(1, column),
                        large.select(1, 0).select(1, 0))) {
        continue;
      }
      const auto part = picture.narrow(1, row, height).narrow(2, column, width);
      if (torch::equal(part, large)) return {row, column};
    }
  }
  return {-1, -1};
}

TEST(SideBySide, IsARgbPictureLargeEnoughForItsCells) {
  const auto images = ramp(3, 1, 28, 28);
  const auto picture = side_by_side("title", {{"original", images, {}}, {"rebuilt", images, {}}});
  EXPECT_EQ(picture.scalar_type(), torch::kUInt8);
  EXPECT_EQ(picture.size(0), 3);
  // Digits are drawn four times larger.
  EXPECT_GT(picture.size(1), 2 * 4 * 28);
  EXPECT_GT(picture.size(2), 3 * 4 * 28);
  EXPECT_LT(picture.size(1), 2 * 4 * 28 + 200);
  EXPECT_LT(picture.size(2), 3 * 4 * 28 + 300);
  // A row of captions needs room of its own.
  const auto with_captions = side_by_side("title", {{"original", images, {"a", "b", "c"}}});
  const auto without = side_by_side("title", {{"original", images, {}}});
  EXPECT_GT(with_captions.size(1), without.size(1));
}

TEST(SideBySide, DrawsEachImageEnlargedInARowAndAColumnOfItsOwn) {
  for (const int64_t channels : {1, 3}) {
    const auto above = ramp(2, channels, 20, 25);
    const auto below = 1 - above;
    const auto picture = side_by_side("title", {{"a", above, {"1 dB", "2 dB"}}, {"b", below, {}}});
    const auto [row, column] = find(picture, above[0], 4);
    const auto [row_right, column_right] = find(picture, above[1], 4);
    const auto [row_below, column_below] = find(picture, below[0], 4);
    ASSERT_GE(row, 0);
    EXPECT_EQ(row_right, row);
    EXPECT_GE(column_right, column + 4 * 25);
    EXPECT_GE(row_below, row + 4 * 20);
    EXPECT_EQ(column_below, column);
  }
}

TEST(SideBySide, DrawsLargeImagesAsTheyAreAndSmallOnesLarge) {
  const auto large = ramp(1, 1, 150, 210);
  EXPECT_GE(find(side_by_side("t", {{"a", large, {}}}), large[0], 1).first, 0);
  const auto dot = ramp(1, 1, 2, 2);
  EXPECT_GE(find(side_by_side("t", {{"a", dot, {}}}), dot[0], 50).first, 0);
}

TEST(SideBySide, ClipsValuesBeyondBlackAndWhite) {
  const auto images = torch::tensor({-1.0F, 0.0F, 1.0F, 7.0F}).view({1, 1, 2, 2});
  const auto picture = side_by_side("t", {{"a", images, {}}});
  EXPECT_GE(find(picture, images[0].clamp(0, 1), 50).first, 0);
}

TEST(SideBySide, DrawsTitlesAndCaptions) {
  const auto images = ramp(1, 1, 28, 28);
  const auto ink = [&](const std::string& title, const std::string& row, const std::string& text) {
    // Of equal size whatever the words, so that only what is drawn differs.
    return side_by_side(title, {{row, images, {text}}, {"a longer title", images, {""}}});
  };
  const auto base = ink("title", "row", "text");
  EXPECT_TRUE(torch::equal(ink("title", "row", "text"), base));
  EXPECT_FALSE(torch::equal(ink("other", "row", "text"), base));
  EXPECT_FALSE(torch::equal(ink("title", "bow", "text"), base));
  EXPECT_FALSE(torch::equal(ink("title", "row", "next"), base));
}

TEST(SideBySide, RefusesRowsThatDiffer) {
  const auto images = ramp(3, 1, 6, 6);
  const auto expect = [&](const PictureRow& second) {
    EXPECT_THROW(side_by_side("t", {{"a", images, {}}, second}), std::invalid_argument);
  };
  expect({"b", ramp(2, 1, 6, 6), {}});
  expect({"b", ramp(3, 1, 6, 7), {}});
  expect({"b", ramp(3, 3, 6, 6), {}});
  expect({"b", images, {"one", "two"}});
  EXPECT_THROW(side_by_side("t", {}), std::invalid_argument);
  EXPECT_THROW(side_by_side("t", {{"a", ramp(0, 1, 6, 6), {}}}), std::invalid_argument);
}

TEST(Captions, AreNumbersWithTheirUnit) {
  EXPECT_THAT(captions_of(torch::tensor({21.34, 8.0}, torch::kFloat64), 1, " dB"),
              ElementsAre("21.3 dB", "8.0 dB"));
  EXPECT_THAT(captions_of(torch::tensor({0.12345F}), 3, ""), ElementsAre("0.123"));
}

}  // namespace
}  // namespace diabolo
