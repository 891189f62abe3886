#include "lib/output/scatter.hpp"

#include <algorithm>
#include <stdexcept>

#include "lib/formats/messages.hpp"
#include "lib/output/chart_page.hpp"
#include "lib/output/chart_text.hpp"
#include "lib/output/gnuplot.hpp"
#include "lib/output/legend.hpp"
#include "lib/output/scatter_panel.hpp"

namespace diabolo {
namespace {

using gnuplot::number;

constexpr double kTitleRoom = 68;
constexpr double kPanelTitleRoom = 60;
constexpr double kAxisRoom = 88;  // Numbers and a name below a plot.
constexpr double kBetweenPanels = 52;
constexpr double kBarWidth = 560;
constexpr double kBarHeight = 22;
constexpr double kBarRoom = 74;
constexpr double kPixelsPerTick = 100;

void require(bool fits, const std::string& message) {
  if (!fits) throw std::invalid_argument("a scatter picture cannot be drawn: " + message);
}

void require_finite(const torch::Tensor& numbers, const std::string& what) {
  const auto wrong = at::isfinite(numbers).logical_not().nonzero();
  if (wrong.size(0) == 0) return;
  require(false, what + " " + std::to_string(wrong[0][0].item<int64_t>() + 1) +
                     " of them is not a finite number");
}

void require_panel(const ScatterPanel& panel, int64_t count) {
  const auto axes = static_cast<int64_t>(panel.axes.size());
  const std::string name = "panel " + formats::in_quotes(panel.title);
  require(axes >= 1 && axes <= 3,
          name + " has " + formats::counted(panel.axes.size(), "axis name") + ", not 1 to 3");
  require(panel.points.defined() && panel.points.dim() == 2 && panel.points.size(1) == axes,
          name + " needs points [N, " + std::to_string(axes) + "], a column an axis");
  require(count >= 1 && panel.points.size(0) == count,
          name + " has " + std::to_string(panel.points.size(0)) +
              " points; each panel needs as many as the first, and one or more");
  require_finite(panel.points, name + ": point");
}

void require_groups(const PointColours& colours, int64_t count) {
  require(!colours.values.defined(), "colours are groups or values, not both");
  require(colours.group_of.defined() && colours.group_of.sizes() == torch::IntArrayRef{count},
          "each point needs its group");
  const auto low = colours.group_of.min().item<int64_t>();
  const auto high = colours.group_of.max().item<int64_t>();
  require(low >= 0 && high < std::ssize(colours.groups),
          "groups are numbered 0 to " + std::to_string(colours.groups.size() - 1) + ", not " +
              std::to_string(low < 0 ? low : high));
}

void require_fitting(const std::vector<ScatterPanel>& panels, const PointColours& colours,
                     const std::vector<std::string>& texts) {
  require(panels.size() == 1 || panels.size() == 2,
          "there are " + formats::counted(panels.size(), "panel") + ", not 1 or 2");
  const int64_t count =
      panels[0].points.defined() && panels[0].points.dim() == 2 ? panels[0].points.size(0) : 0;
  for (const auto& panel : panels) require_panel(panel, count);
  if (!colours.groups.empty()) require_groups(colours, count);
  if (colours.values.defined()) {
    require(colours.values.sizes() == torch::IntArrayRef{count}, "each point needs its value");
    require_finite(colours.values, "value");
  }
  require(texts.empty() || (std::ssize(texts) == count && texts.size() <= kMostNamedPoints),
          formats::counted(texts.size(), "name") + " for " + std::to_string(count) +
              " points; give one a point, for " + std::to_string(kMostNamedPoints) +
              " points at most");
}

/// No legend where names stand beside the strips.
Legend make_legend(const std::vector<ScatterPanel>& panels, const PointColours& colours) {
  const bool all_named = std::ranges::all_of(
      panels, [&](const ScatterPanel& panel) { return has_lanes(panel, colours); });
  return Legend(colours.name, all_named ? std::vector<std::string>{} : colours.groups);
}

/// Left edge and right edge of the panel, and top and bottom of its axes.
std::vector<Box> places_of(size_t panels, double top, double height) {
  const double width =
      (theme::kPageWidth - 2 * theme::kMargin + kBetweenPanels) / static_cast<double>(panels) -
      kBetweenPanels;
  std::vector<Box> places;
  for (size_t i = 0; i < panels; ++i) {
    const double left = theme::kMargin + static_cast<double>(i) * (width + kBetweenPanels);
    places.push_back({left, top, left + width, top + height});
  }
  return places;
}

/// The next plot gets a colour bar with its name.
void add_colour_bar(ChartPage& page, const PointColours& colours, const AxisRange& range,
                    double top) {
  const double left = (theme::kPageWidth - kBarWidth) / 2;
  page.colour_bar({left, top, left + kBarWidth, top + kBarHeight}, range,
                  kBarWidth / kPixelsPerTick);
  page.text(left - theme::kGap, top + kBarHeight / 2,
            fitted(colours.name, theme::kTextPoints, left - 2 * theme::kMargin),
            {.colour = theme::kQuiet, .align = Align::kRight});
}

}  // namespace

void draw_scatter(const std::string& title, const std::vector<ScatterPanel>& panels,
                  const PointColours& colours, const std::vector<std::string>& texts,
                  const std::filesystem::path& png) {
  require_fitting(panels, colours, texts);
  const Legend legend = make_legend(panels, colours);
  const bool shaded = colours.values.defined();
  double height = 0;
  for (const auto& panel : panels) height = std::max(height, plot_height(panel, colours));
  const double top = kTitleRoom + kPanelTitleRoom;
  const double below = top + height + kAxisRoom;
  const double page_height = below + legend.height() + (shaded ? kBarRoom : 0) + theme::kMargin / 2;
  ChartPage page(page_height);
  page.text(theme::kMargin, kTitleRoom / 2 + 4,
            fitted(title, theme::kTitlePoints, theme::kPageWidth - 2 * theme::kMargin),
            {.points = theme::kTitlePoints, .bold = true});
  legend.draw(page, below);
  const auto places = places_of(panels.size(), top, height);
  AxisRange shades{0, 1};
  if (shaded) {
    shades = range_of(colours.values.to(torch::kCPU, torch::kFloat64), 0);
    page.command("set cbrange [" + number(shades.low) + ":" + number(shades.high) + "]");
  }
  for (size_t i = 0; i < panels.size(); ++i) {
    const bool last = i + 1 == panels.size();
    if (last && shaded) add_colour_bar(page, colours, shades, below);
    draw_panel(page, panels[i], colours, texts, places[i]);
  }
  page.write(png);
}

}  // namespace diabolo
