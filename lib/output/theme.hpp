#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// How charts look. Lengths are pixels of a page that is kPageWidth wide, so that texts stay
/// readable when it is shown at half its size.
namespace diabolo::theme {

inline constexpr double kPageWidth = 1600;
inline constexpr double kMargin = 36;  ///< Between what is drawn and the edge of the page.
inline constexpr double kGap = 14;     ///< Between a mark and its text.

inline constexpr std::string_view kFont = "DejaVu Sans";
inline constexpr double kTitlePoints = 21;
inline constexpr double kHeadingPoints = 17;  ///< Titles of panels.
inline constexpr double kTextPoints = 15;
inline constexpr double kPixelsPerPoint = 4.0 / 3;

inline constexpr uint32_t kPaper = 0xFFFFFF;
inline constexpr uint32_t kInk = 0x262626;
inline constexpr uint32_t kQuiet = 0x5F5F5F;  ///< Axis names and notes.
inline constexpr uint32_t kGrid = 0xE3E3E3;
inline constexpr uint32_t kFrame = 0xA8A8A8;

/// Colours of groups, told apart with normal, red-blind and green-blind eyes: those of Okabe and
/// Ito (2008), then what keeps furthest from them. OKLab distance of any two at least 0.076.
inline constexpr std::array<uint32_t, 12> kGroupColours = {
    0x0072B2, 0xE69F00, 0x009E73, 0xCC79A7, 0x56B4E9, 0xD55E00,
    0x332288, 0xB2DF8A, 0x882255, 0x8C510A, 0x1A1A1A, 0xBBBBBB,
};

/// gnuplot's numbers of: disc, square, triangle, diamond, triangle upside down.
inline constexpr std::array<int, 5> kShapes = {7, 5, 9, 13, 11};
inline constexpr int kDisc = kShapes[0];

/// Viridis (van der Walt and Smith, 2015), for gnuplot's `set palette`.
inline constexpr std::string_view kViridis =
    "0 '#440154', 1 '#482475', 2 '#414487', 3 '#355f8d', 4 '#2a788e', 5 '#21918c', 6 '#22a884', "
    "7 '#44bf70', 8 '#7ad151', 9 '#bddf26', 10 '#fde725'";

inline constexpr size_t kLongestLegend = 30;  ///< More groups than this are not named.

inline constexpr uint32_t group_colour(size_t group) {
  return kGroupColours[group % kGroupColours.size()];
}

/// Where colours repeat, the shape is another.
inline constexpr int group_shape(size_t group) {
  return kShapes[(group + group / kGroupColours.size()) % kShapes.size()];
}

}  // namespace diabolo::theme
