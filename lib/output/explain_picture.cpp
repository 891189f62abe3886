#include "lib/output/explain_picture.hpp"

#include <algorithm>

#include "lib/output/chart_text.hpp"
#include "lib/output/field_panel.hpp"
#include "lib/output/pictures.hpp"

namespace diabolo {
namespace {

constexpr double kTitle = 44;
constexpr double kMapsTop = 136;
constexpr double kMapSide = 400;
constexpr double kMapColumns = 3;
constexpr double kBarThickness = 18;
constexpr double kCaption = 30;  // Below a field, to the middle of its text.
constexpr double kGalleryHeading = 64;
constexpr int64_t kColumns = 8;
constexpr double kCellSide = 156;
constexpr double kCellRoom = kCellSide + 44;
constexpr double kScaleWidth = 300;
constexpr double kPixelsPerNumber = 50;

/// "0.28 %"
std::string percent(double share) {
  const double in_percent = 100 * share;
  return captions_of(torch::tensor({in_percent}, torch::kFloat64), in_percent < 1 ? 2 : 1, " %")[0];
}

/// Rows of small fields with one scale.
struct Gallery {
  std::string heading;
  std::string scale_name;
  std::vector<torch::Tensor> fields;  ///< [C, H, W] each.
  std::vector<std::string> captions;  ///< As many, or none.
};

double gallery_height(const Gallery& gallery) {
  if (gallery.fields.empty()) return 0;
  const auto rows = (std::ssize(gallery.fields) + kColumns - 1) / kColumns;
  return kGalleryHeading + static_cast<double>(rows) * kCellRoom + theme::kMargin;
}

void draw_gallery(ChartPage& page, const Gallery& gallery, double top) {
  if (gallery.fields.empty()) return;
  const double right = theme::kPageWidth - theme::kMargin;
  const double bar_left = right - kScaleWidth;
  const double room = bar_left - theme::kMargin - 3 * theme::kGap -
                      text_width(gallery.scale_name, theme::kTextPoints);
  page.text(theme::kMargin, top, fitted(gallery.heading, theme::kHeadingPoints, room),
            {.points = theme::kHeadingPoints});
  page.text(bar_left - theme::kGap, top, gallery.scale_name,
            {.colour = theme::kQuiet, .align = Align::kRight});
  const AxisRange range = signed_range(torch::stack(gallery.fields).mean(1));
  const double column = (right - theme::kMargin) / static_cast<double>(kColumns);
  for (int64_t i = 0; i < std::ssize(gallery.fields); ++i) {
    const auto at = static_cast<size_t>(i);
    const double left = theme::kMargin + column * static_cast<double>(i % kColumns);
    const double above = top + kGalleryHeading - 8 + kCellRoom * static_cast<double>(i / kColumns);
    if (i == 0) {
      page.colour_bar({bar_left, top - kBarThickness / 2, right, top + kBarThickness / 2}, range,
                      kScaleWidth / kPixelsPerNumber);
    }
    if (!gallery.captions.empty()) {
      page.text(left + column / 2, above + kCellSide + 20, gallery.captions[at],
                {.colour = theme::kQuiet, .align = Align::kCentre});
    }
    draw_field(page, {gallery.fields[at], range, FieldColours::kSigned},
               {left + (column - kCellSide) / 2, above, left + (column + kCellSide) / 2,
                above + kCellSide});
  }
}

Gallery unit_gallery(const ImageExplanation& explanation) {
  const auto shown = std::ssize(explanation.units);
  const bool some = shown < explanation.units_in_all - explanation.dead_units;
  Gallery gallery{
      "What each number of the code draws as it grows; its share of the codes' variance",
      "pixels",
      {},
      {}};
  if (some) {
    gallery.heading +=
        " (" + std::to_string(shown) + " of " + std::to_string(explanation.units_in_all) + ")";
  }
  for (const UnitDrawing& unit : explanation.units) {
    gallery.fields.push_back(unit.contrast);
    gallery.captions.push_back("code " + std::to_string(unit.unit + 1) + ", " +
                               percent(unit.share));
  }
  return gallery;
}

Gallery weight_gallery(const ImageExplanation& explanation) {
  Gallery gallery{"", "weights", {}, {}};
  if (!explanation.first_weights.defined()) return gallery;
  const auto& weights = explanation.first_weights;
  const bool dense = weights.sizes().slice(1) == explanation.mean.sizes();
  gallery.heading = std::string("First layer: ") +
                    (dense ? "weights, each times its pixel's spread" : "kernels") +
                    " (the strongest " + std::to_string(weights.size(0)) + " of " +
                    std::to_string(explanation.first_layer_size) + ")";
  for (const auto& one : weights.unbind(0)) gallery.fields.push_back(one);
  return gallery;
}

/// The left edges of the three maps' columns are equally far from each other.
Box map_box(int64_t column) {
  const double width = (theme::kPageWidth - 2 * theme::kMargin) / kMapColumns;
  const double left = theme::kMargin + width * static_cast<double>(column);
  return {left, kMapsTop, left + kMapSide, kMapsTop + kMapSide};
}

void draw_map(ChartPage& page, int64_t column, const std::string& heading,
              const std::string& caption, const torch::Tensor& shares) {
  const Box box = map_box(column);
  // Of an average pixel the share is 1 / (H W).
  const auto relative = shares * static_cast<double>(shares.numel());
  const AxisRange range{0, relative.max().item<double>()};
  page.text(box.left, box.top - kCaption, heading, {.points = theme::kHeadingPoints});
  page.text(box.left, box.bottom + kCaption, caption, {.colour = theme::kQuiet});
  page.colour_bar(
      {box.right + theme::kGap, box.top, box.right + theme::kGap + kBarThickness, box.bottom},
      range, 6);
  draw_field(page, {relative, range, FieldColours::kShades}, box);
}

void draw_maps(ChartPage& page, const ImageExplanation& explanation) {
  const Box box = map_box(0);
  page.text(box.left, box.top - kCaption, "Mean image", {.points = theme::kHeadingPoints});
  page.text(box.left, box.bottom + kCaption,
            "of " + std::to_string(explanation.samples) + " images", {.colour = theme::kQuiet});
  draw_field(page, {explanation.mean, {0, 1}, FieldColours::kPixels}, box);
  const Ring& edge = explanation.rings.front();
  const std::string rings = edge.last == 1 ? "ring" : std::to_string(edge.last) + " rings";
  const std::string pixels = "1: an average pixel. Outermost " + rings + ": ";
  const std::string patch = std::to_string(explanation.patch);
  draw_map(page, 1, "Importance to the code, by gradient", pixels + percent(edge.gradient),
           explanation.gradient);
  draw_map(page, 2, "The same, by covering " + patch + " by " + patch + " pixels",
           pixels + percent(edge.occlusion), explanation.occlusion);
}

}  // namespace

void draw_explanation(const ImageExplanation& explanation, const std::string& title,
                      const std::filesystem::path& png) {
  const Gallery units = unit_gallery(explanation);
  const Gallery weights = weight_gallery(explanation);
  const double below_maps = kMapsTop + kMapSide + kCaption + 2 * theme::kMargin + 10;
  ChartPage page(below_maps + gallery_height(units) + gallery_height(weights) + theme::kMargin / 2);
  page.text(theme::kMargin, kTitle,
            fitted(title, theme::kTitlePoints, theme::kPageWidth - 2 * theme::kMargin),
            {.points = theme::kTitlePoints, .bold = true});
  draw_maps(page, explanation);
  draw_gallery(page, units, below_maps);
  draw_gallery(page, weights, below_maps + gallery_height(units));
  page.write(png);
}

}  // namespace diabolo
