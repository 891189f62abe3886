#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

#include "lib/output/theme.hpp"

namespace diabolo {

/// A rectangle on a page, in pixels from its left and its top edge.
struct Box {
  double left, top, right, bottom;
  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

/// From data to pixels, along one axis.
struct AxisRange {
  double low, high;  ///< low < high.
  /// Where `value` lies between `at_low` and `at_high`.
  double place(double value, double at_low, double at_high) const {
    return at_low + (value - low) / (high - low) * (at_high - at_low);
  }
};

/// 1, 2 or 5 times a power of ten, so that at most about `most` of them lie in the range.
double round_step(const AxisRange& range, double most);

enum class Align { kLeft, kCentre, kRight };

struct TextStyle {
  double points = theme::kTextPoints;
  uint32_t colour = theme::kInk;
  Align align = Align::kLeft;
  bool bold = false;
};

/// A page theme::kPageWidth wide that gnuplot draws: texts and marks at pixels, and plots.
/// Texts are drawn as they are, on one line; cut them with fitted() where room is short.
class ChartPage {
 public:
  explicit ChartPage(double height);

  /// The middle of the text's height is at `y`.
  void text(double x, double y, const std::string& text, const TextStyle& style = {});
  /// Beside a point of the data of the next plot, which begin_space() began.
  void text_in_space(const std::array<double, 3>& point, const std::string& text, Align align);
  void mark(double x, double y, int shape, double size, uint32_t colour);
  void command(const std::string& line);  ///< A line of gnuplot's language.

  /// The next plot has its axes at `area`, with a light grid.
  void begin_plot(const Box& area);
  /// The next plot is one of three axes, seen from above at an angle; all of it is in `area`.
  /// tilt, turn: degrees, as gnuplot's `set view` takes them.
  void begin_space(const Box& area, double tilt, double turn);
  /// name: x, y or z. Ticks are at round numbers, `most_ticks` of them or a few fewer.
  void axis(char name, const AxisRange& range, const std::string& title, double most_ticks);
  /// The colours of the next plot run over `range`, and a bar in `area` says so; its numbers, some
  /// `most_ticks` at most, stand below a lying bar and on the right of an upright one.
  void colour_bar(const Box& area, const AxisRange& range, double most_ticks);
  void end_plot(const std::string& plot_command);

  /// Throws std::runtime_error when gnuplot or the disk fails; then `png` is what it was.
  void write(const std::filesystem::path& png) const;

 private:
  void light_axes();
  std::string at(double x, double y) const;

  double height_;
  std::string script_;
};

}  // namespace diabolo
