#include <gmock/gmock.h>

#include "lib/output/chart_text.hpp"
#include "lib/output/text_places.hpp"

namespace diabolo {
namespace {

TEST(OneLine, MakesSpacesOfControlCharactersAndMarksBytesThatAreNoText) {
  EXPECT_EQ(one_line("a\nb\tc\x7F"), "a b c ");
  EXPECT_EQ(one_line(std::string("a\0b", 3)), "a b");
  EXPECT_EQ(one_line("é 日本 \xF0\x9F\x98\x80"), "é 日本 \xF0\x9F\x98\x80");
  EXPECT_EQ(one_line("\xFF \xC3 \xE6\x97"), "? ? ??");
  EXPECT_EQ(one_line("\xC3"), "?");
}

TEST(TextWidth, GrowsWithTheTextAndItsSize) {
  EXPECT_EQ(text_width("", 15), 0);
  EXPECT_GT(text_width("MM", 15), text_width("ll", 15));
  EXPECT_DOUBLE_EQ(text_width("abab", 15), 2 * text_width("ab", 15));
  EXPECT_DOUBLE_EQ(text_width("ab", 30), 2 * text_width("ab", 15));
  // "Northern Ireland" is 165 pixels wide in DejaVu Sans of 15 points.
  EXPECT_NEAR(text_width("Northern Ireland", 15), 165, 33);
}

TEST(Fitted, CutsBetweenCharacters) {
  EXPECT_EQ(fitted("Northern Ireland", 15, 400), "Northern Ireland");
  const std::string cut = fitted("Northern Ireland", 15, 100);
  EXPECT_LE(text_width(cut, 15), 100);
  EXPECT_TRUE(cut.starts_with("North")) << cut;
  EXPECT_TRUE(cut.ends_with("…")) << cut;
  EXPECT_EQ(fitted("日本日本日本", 15, 3.5 * 20), "日本…");
  EXPECT_EQ(fitted("long", 15, 1), "…");
}

/// Where a text is drawn.
Box box_of(const TextPlace& place, const std::string& text) {
  const double width = text_width(text, theme::kTextPoints);
  double left = place.at.x;
  if (place.align == Align::kRight) left -= width;
  if (place.align == Align::kCentre) left -= width / 2;
  return {left, place.at.y - 12, left + width, place.at.y + 12};
}

bool overlap(const Box& a, const Box& b) {
  return a.left < b.right - 0.01 && b.left < a.right - 0.01 && a.top < b.bottom - 0.01 &&
         b.top < a.bottom - 0.01;
}

constexpr Box kInside = {0, 0, 600, 600};
constexpr double kRadius = 10;

TEST(TextPlaces, AreRightOfAPointWithRoom) {
  const auto places = place_texts({{100, 100}}, {"Wales"}, kRadius, kInside);
  EXPECT_EQ(places[0].align, Align::kLeft);
  EXPECT_GT(places[0].at.x, 100 + kRadius);
  EXPECT_DOUBLE_EQ(places[0].at.y, 100);
}

TEST(TextPlaces, StayInsideAndOffThePoints) {
  const std::string name = "Northern Ireland";
  const std::vector<Pixel> points = {{3, 3}, {597, 3}, {3, 597}, {597, 597}, {300, 300}};
  const auto places = place_texts(points, std::vector<std::string>(5, name), kRadius, kInside);
  for (size_t i = 0; i < points.size(); ++i) {
    const Box box = box_of(places[i], name);
    EXPECT_GE(box.left, 0);
    EXPECT_LE(box.right, 600.01);
    EXPECT_GE(box.top, 0);
    EXPECT_LE(box.bottom, 600.01);
    const Box point = {points[i].x - kRadius, points[i].y - kRadius, points[i].x + kRadius,
                       points[i].y + kRadius};
    EXPECT_FALSE(overlap(box, point)) << i;
  }
}

TEST(TextPlaces, KeepOffEachOther) {
  // To the right of each point lies the next one.
  const std::vector<Pixel> points = {{300, 300}, {340, 300}, {380, 300}};
  const std::vector<std::string> names(3, "name");
  const auto places = place_texts(points, names, kRadius, kInside);
  for (size_t i = 0; i < 3; ++i) {
    for (size_t j = 0; j < 3; ++j) {
      const Box point = {points[j].x - kRadius, points[j].y - kRadius, points[j].x + kRadius,
                         points[j].y + kRadius};
      EXPECT_FALSE(overlap(box_of(places[i], names[i]), point)) << i << j;
      if (i == j) continue;
      EXPECT_FALSE(overlap(box_of(places[i], names[i]), box_of(places[j], names[j]))) << i << j;
    }
  }
}

}  // namespace
}  // namespace diabolo
