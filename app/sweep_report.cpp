#include "app/sweep_report.hpp"

#include <algorithm>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/terminal.hpp"
#include "lib/analysis/verdict.hpp"
#include "lib/output/curves.hpp"

namespace diabolo::app {
namespace {

using nlohmann::ordered_json;

std::optional<Verdict> verdict_on(const SweepPoint& point, const JudgedSamples& judged) {
  if (!point.pca) return {};
  return verdict({.model = point.mean,
                  .pca = *point.pca,
                  .samples = judged.samples.size(),
                  .rows = judged.samples.table != nullptr,
                  .trained_on = judged.trained_on,
                  .chose_epoch = judged.chose_epoch});
}

/// Of the knee, else of the smallest code that PCA can be compared with.
std::string conclusion(const std::vector<SweepPoint>& points, const JudgedSamples& judged) {
  const auto found = knee(points);
  const auto with_pca = [](const SweepPoint& point) { return point.pca.has_value(); };
  auto at = std::ranges::find(points, found.value_or(0), &SweepPoint::latent);
  if (at == points.end() || !at->pca) at = std::ranges::find_if(points, with_pca);
  if (at == points.end()) return "";
  return "with " + std::to_string(at->latent) + (at->latent == 1 ? " number: " : " numbers: ") +
         verdict_on(*at, judged)->sentence + "\n";
}

}  // namespace

std::string sweep_json(const std::vector<SweepPoint>& points, const JudgedSamples& judged) {
  ordered_json sizes = ordered_json::array();
  for (const auto& point : points) {
    ordered_json object = {{"latent", point.latent},
                           {"seeds", point.seeds},
                           {"mse", point.mean},
                           {"mse_least", point.low},
                           {"mse_greatest", point.high}};
    if (point.pca) object["pca_mse"] = *point.pca;
    if (const auto found = verdict_on(point, judged)) object["verdict"] = found->sentence;
    sizes.push_back(object);
  }
  ordered_json result = {{"samples", judged.samples.size()}, {"sizes", sizes}};
  if (const auto found = knee(points)) result["knee"] = *found;
  return result.dump(2);
}

std::string sweep_table(const std::vector<SweepPoint>& points, const JudgedSamples& judged) {
  std::ostringstream text;
  bool exact = false;
  text << "  latent  autoencoder MSE (least … greatest)     PCA MSE    beside PCA\n";
  for (const auto& point : points) {
    text << std::setw(8) << point.latent << std::setw(11) << fixed(point.mean, 5) << "  ("
         << fixed(point.low, 5) << " … " << fixed(point.high, 5) << ")" << std::setw(17)
         << (point.pca ? fixed(*point.pca, 5) : "exact");
    if (const auto said = verdict_on(point, judged)) text << "    " << said->headline;
    exact = exact || !point.pca;
    text << "\n";
  }
  if (exact) text << "exact: the code is no smaller than a sample, so PCA loses nothing\n";
  const auto found = knee(points);
  if (found) {
    text << "knee at " << *found
         << ": furthest below the straight line from first to last (log2 of size, error)\n";
  }
  return text.str() + conclusion(points, judged);
}

void draw_sweep(const std::vector<SweepPoint>& points, const std::string& title,
                const std::filesystem::path& png) {
  Curve network{.name = "autoencoder", .x = {}, .y = {}, .low = {}, .high = {}};
  Curve pca{.name = "PCA", .x = {}, .y = {}, .low = {}, .high = {}};
  for (const auto& point : points) {
    const auto x = static_cast<double>(point.latent);
    network.x.push_back(x);
    network.y.push_back(point.mean);
    network.low.push_back(point.low);
    network.high.push_back(point.high);
    if (!point.pca || *point.pca <= 0) continue;
    pca.x.push_back(x);
    pca.y.push_back(*point.pca);
  }
  CurvesChart chart{.title = title,
                    .x_name = "numbers in a code",
                    .y_name = "mean squared error per value",
                    .log_x = true,
                    .log_y = true,
                    .curves = {network},
                    .marker = {}};
  if (!pca.x.empty()) chart.curves.push_back(pca);
  if (const auto found = knee(points)) {
    chart.marker = CurveMarker{static_cast<double>(*found), "knee at " + std::to_string(*found)};
  }
  draw_curves(chart, png);
}

}  // namespace diabolo::app
