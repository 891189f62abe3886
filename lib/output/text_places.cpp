#include "lib/output/text_places.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "lib/output/chart_text.hpp"

namespace diabolo {
namespace {

constexpr double kClear = 6;  // Pixels between a point and its name.
constexpr double kTextHeight = theme::kTextPoints * theme::kPixelsPerPoint * 1.2;

/// Where a name's middle lies, seen from its point, in half widths and half heights; best first.
struct Direction {
  double across, down;
};
constexpr std::array kDirections = {
    Direction{1, 0},  Direction{-1, 0}, Direction{0, -1},  Direction{0, 1},
    Direction{1, -1}, Direction{1, 1},  Direction{-1, -1}, Direction{-1, 1},
};

double overlap(const Box& a, const Box& b) {
  const double across = std::min(a.right, b.right) - std::max(a.left, b.left);
  const double down = std::min(a.bottom, b.bottom) - std::max(a.top, b.top);
  return across > 0 && down > 0 ? across * down : 0;
}

Box around(Pixel middle, double half_width, double half_height) {
  return {middle.x - half_width, middle.y - half_height, middle.x + half_width,
          middle.y + half_height};
}

/// Moved, not shrunk.
Box moved_inside(Box box, const Box& inside) {
  const double right =
      std::max(inside.left - box.left, 0.0) - std::max(box.right - inside.right, 0.0);
  const double down =
      std::max(inside.top - box.top, 0.0) - std::max(box.bottom - inside.bottom, 0.0);
  return {box.left + right, box.top + down, box.right + right, box.bottom + down};
}

Box beside(Pixel point, Direction direction, double width, double radius, const Box& inside) {
  // A name above or below needs no gap to the left or right, and one at a corner little.
  const double clear = radius + (direction.down == 0 ? kClear : 0);
  const Pixel middle = {point.x + direction.across * (width / 2 + clear),
                        point.y + direction.down * (kTextHeight / 2 + clear)};
  return moved_inside(around(middle, width / 2, kTextHeight / 2), inside);
}

struct Candidate {
  Box box;
  Direction direction;
};

Candidate best_place(Pixel point, double width, double radius, const Box& inside,
                     const std::vector<Box>& taken) {
  Candidate best{};
  double least = std::numeric_limits<double>::max();
  for (const Direction direction : kDirections) {
    const Box place = beside(point, direction, width, radius, inside);
    double cost = 0;
    for (const Box& other : taken) cost += overlap(place, other);
    if (cost < least) {
      least = cost;
      best = {place, direction};
    }
  }
  return best;
}

/// Anchored towards the point, so that a width that was taken for too large opens no gap there.
TextPlace anchored(const Candidate& candidate) {
  const Box& box = candidate.box;
  const double y = (box.top + box.bottom) / 2;
  if (candidate.direction.across > 0) return {{box.left, y}, Align::kLeft};
  if (candidate.direction.across < 0) return {{box.right, y}, Align::kRight};
  return {{(box.left + box.right) / 2, y}, Align::kCentre};
}

}  // namespace

std::vector<TextPlace> place_texts(const std::vector<Pixel>& points,
                                   const std::vector<std::string>& names, double radius,
                                   const Box& inside) {
  std::vector<Box> taken;
  for (const Pixel point : points) taken.push_back(around(point, radius, radius));
  std::vector<TextPlace> places;
  for (size_t i = 0; i < points.size(); ++i) {
    const double width = text_width(names[i], theme::kTextPoints);
    const Candidate best = best_place(points[i], width, radius, inside, taken);
    taken.push_back(best.box);
    places.push_back(anchored(best));
  }
  return places;
}

}  // namespace diabolo
