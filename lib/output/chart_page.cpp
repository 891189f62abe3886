#include "lib/output/chart_page.hpp"

#include <cmath>
#include <stdexcept>

#include "lib/formats/file.hpp"
#include "lib/output/chart_text.hpp"
#include "lib/output/gnuplot.hpp"

namespace diabolo {
namespace {

using gnuplot::colour;
using gnuplot::literal;
using gnuplot::number;

std::string font(double points, bool bold = false) {
  return "font \"" + std::string(theme::kFont) + (bold ? ":Bold," : ",") + number(points) + "\"";
}

std::string alignment(Align align) {
  switch (align) {
    case Align::kLeft:
      return "left";
    case Align::kCentre:
      return "center";
    case Align::kRight:
      return "right";
  }
  throw std::logic_error("an alignment without a name");
}

}  // namespace

double round_step(const AxisRange& range, double most) {
  const double least = (range.high - range.low) / most;
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double step : {1.0, 2.0, 5.0}) {
    if (step * power >= least) return step * power;
  }
  return 10 * power;
}

ChartPage::ChartPage(double height) : height_(height) {
  command("set encoding utf8");
  command("set terminal pngcairo noenhanced size " + number(theme::kPageWidth) + "," +
          number(height) + " " + font(theme::kTextPoints) + " background rgb " +
          colour(theme::kPaper));
  command("set minussign");
  command("unset key");
  command("unset colorbox");
  command("set palette defined (" + std::string(theme::kViridis) + ")");
  command("set multiplot");
}

std::string ChartPage::at(double x, double y) const {
  return "screen " + number(x / theme::kPageWidth) + "," + number(1 - y / height_);
}

void ChartPage::text(double x, double y, const std::string& text, const TextStyle& style) {
  command("set label " + literal(one_line(text)) + " at " + at(x, y) + " " +
          alignment(style.align) + " noenhanced front " + font(style.points, style.bold) +
          " textcolor rgb " + colour(style.colour));
}

void ChartPage::text_in_space(const std::array<double, 3>& point, const std::string& text,
                              Align align) {
  command("set label " + literal(one_line(text)) + " at " + number(point[0]) + "," +
          number(point[1]) + "," + number(point[2]) + " " + alignment(align) +
          " noenhanced front offset character " + (align == Align::kLeft ? "1.2" : "-1.2") +
          ",0 textcolor rgb " + colour(theme::kInk));
}

void ChartPage::mark(double x, double y, int shape, double size, uint32_t rgb) {
  command("set label \"\" at " + at(x, y) + " point pointtype " + std::to_string(shape) +
          " pointsize " + number(size) + " linecolor rgb " + colour(rgb));
}

void ChartPage::command(const std::string& line) { script_ += line + "\n"; }

void ChartPage::light_axes() {
  command("set border 3 linewidth 1.5 linecolor rgb " + colour(theme::kFrame));
  command("set tics nomirror scale 0 textcolor rgb " + colour(theme::kInk) + " format \"%h\"");
  command("set grid back linetype 1 linewidth 1.5 linecolor rgb " + colour(theme::kGrid));
}

void ChartPage::begin_plot(const Box& area) {
  light_axes();
  command("set origin 0,0\nset size 1,1");
  command("set xlabel norotate\nset ylabel rotate by 90");
  command("set lmargin at screen " + number(area.left / theme::kPageWidth));
  command("set rmargin at screen " + number(area.right / theme::kPageWidth));
  command("set tmargin at screen " + number(1 - area.top / height_));
  command("set bmargin at screen " + number(1 - area.bottom / height_));
}

void ChartPage::begin_space(const Box& area, double tilt, double turn) {
  constexpr double kScale = 1.15;  // Fills the area, and leaves room for numbers around.
  light_axes();
  // Margins are of no use here: gnuplot fits the box that is not turned into them.
  command("set lmargin 0\nset rmargin 0\nset tmargin 0\nset bmargin 0");
  command("set origin " + number(area.left / theme::kPageWidth) + "," +
          number(1 - area.bottom / height_));
  command("set size " + number(area.width() / theme::kPageWidth) + "," +
          number(area.height() / height_));
  command("set view " + number(tilt) + "," + number(turn) + "," + number(kScale));
  command("set border 127\nset xyplane relative 0\nset grid ztics");
  for (const char name : {'x', 'y', 'z'}) {
    command(std::string("set ") + name + "label rotate parallel");
  }
}

void ChartPage::axis(char name, const AxisRange& range, const std::string& title,
                     double most_ticks) {
  const std::string set = std::string("set ") + name;
  command(set + "range [" + number(range.low) + ":" + number(range.high) + "]");
  command(set + "tics " + number(round_step(range, most_ticks)));
  command(set + "label " + literal(one_line(title)) + " noenhanced textcolor rgb " +
          colour(theme::kQuiet));
}

void ChartPage::colour_bar(const Box& area, const AxisRange& range, double most_ticks) {
  const bool lying = area.width() > area.height();
  command(std::string("set colorbox ") + (lying ? "horizontal" : "vertical") + " user origin " +
          at(area.left, area.bottom) + " size screen " + number(area.width() / theme::kPageWidth) +
          "," + number(area.height() / height_));
  command("set cbrange [" + number(range.low) + ":" + number(range.high) + "]");
  command("set cbtics scale 0 " + number(round_step(range, most_ticks)));
}

void ChartPage::end_plot(const std::string& plot_command) {
  command(plot_command);
  command("unset colorbox");
  command("unset label");
  command("unset arrow");
}

void ChartPage::write(const std::filesystem::path& png) const {
  formats::write_file_atomically(png, gnuplot::run(script_ + "unset multiplot\n"));
}

}  // namespace diabolo
