#include "lib/output/anomaly_picture.hpp"

#include <algorithm>

#include "lib/data/image_io.hpp"
#include "lib/output/chart_text.hpp"
#include "lib/output/curves.hpp"
#include "lib/output/matrix_panel.hpp"
#include "lib/output/pictures.hpp"

namespace diabolo {
namespace {

constexpr double kTitle = 44;
constexpr double kMatrixTop = 100;
constexpr int64_t kMostColumns = 40;  // Of a table: those that add most.
constexpr size_t kMostPoints = 2000;  // Of a curve.

std::vector<int64_t> numbers_of(const torch::Tensor& order) {
  return {order.const_data_ptr<int64_t>(), order.const_data_ptr<int64_t>() + order.numel()};
}

/// White where nothing differs, red where most does. difference [N, C, H, W] of 0 or more.
torch::Tensor error_map(const torch::Tensor& difference) {
  const auto share = difference.mean(1, /*keepdim=*/true);
  const auto most = share.amax({1, 2, 3}, /*keepdim=*/true).clamp_min(1e-6);
  const auto faded = 1 - share / most;
  return torch::cat({0.3 * faded + 0.7, faded, faded}, 1);
}

void draw_images(const TrainedModel& model, const Dataset& dataset, const JudgedAnomalies& judged,
                 const torch::Tensor& order, const std::string& title,
                 const std::filesystem::path& png) {
  const auto x = to_unit(dataset.samples.index_select(0, order));
  const auto nearest = nearest_usual(model, CodeOf::kModel, x);
  const auto colour = [](const torch::Tensor& images) {
    return images.expand({-1, 3, -1, -1});  // The map has colours; rows of a picture are alike.
  };
  std::vector<PictureRow> rows = {{"original", colour(x), {}},
                                  {"nearest usual", colour(nearest), {}}};
  rows[0].captions = captions_of(judged.found.scores.index_select(0, order), 3, "");
  rows.push_back({"where they differ", error_map((nearest - x).abs()), {}});
  write_png(png, side_by_side(title, rows));
}

NamedMatrix matrix_of(const Dataset& dataset, const JudgedAnomalies& judged,
                      const torch::Tensor& order) {
  const Table& table = *dataset.table;
  const auto parts = judged.found.columns.index_select(0, order.slice(0, 0, kMatrixColumns));
  const auto shares = parts / parts.sum(1, /*keepdim=*/true).clamp_min(1e-300);
  const auto most = std::min<int64_t>(kMostColumns, shares.size(1));
  const auto columns = shares.mean(0).argsort(/*stable=*/true, 0, true).slice(0, 0, most);
  const auto values = shares.index_select(1, columns).t().to(torch::kFloat32).contiguous();
  NamedMatrix matrix{.values = values,
                     .range = {0, std::max(values.max().item<double>(), 1e-6)},
                     .colours = FieldColours::kShades,
                     .row_names = {},
                     .column_names = {},
                     .column_title = "rows, the most unusual first",
                     .scale_title = "share of each column in the score of a row"};
  for (const int64_t column : numbers_of(columns)) {
    matrix.row_names.push_back(table.columns[static_cast<size_t>(column)].name);
  }
  for (const int64_t row : numbers_of(order.slice(0, 0, kMatrixColumns))) {
    matrix.column_names.push_back(dataset.sample_names.empty()
                                      ? std::to_string(row)
                                      : dataset.sample_names[static_cast<size_t>(row)]);
  }
  return matrix;
}

/// Every point of a short curve, evenly spaced ones of a long one, its end included.
Curve thinned(const std::string& name, const std::vector<double>& x, const std::vector<double>& y) {
  Curve curve{.name = name, .x = {}, .y = {}, .low = {}, .high = {}};
  const size_t step = x.size() / kMostPoints + 1;
  for (size_t i = 0; i < x.size(); ++i) {
    if (i % step != 0 && i + 1 != x.size()) continue;
    curve.x.push_back(x[i]);
    curve.y.push_back(y[i]);
  }
  return curve;
}

std::string named(const std::string& name, double figure) {
  return name + ": " + captions_of(torch::tensor({figure}, torch::kFloat64), 4, "")[0];
}

}  // namespace

void draw_anomalies(const TrainedModel& model, const Dataset& dataset,
                    const JudgedAnomalies& judged, const torch::Tensor& order,
                    const std::string& title, const std::filesystem::path& png) {
  if (!dataset.table) {
    draw_images(model, dataset, judged, order, title, png);
    return;
  }
  const NamedMatrix matrix = matrix_of(dataset, judged, order);
  ChartPage page(kMatrixTop + matrix_height(matrix) + theme::kMargin / 2);
  page.text(theme::kMargin, kTitle,
            fitted(title, theme::kTitlePoints, theme::kPageWidth - 2 * theme::kMargin),
            {.points = theme::kTitlePoints, .bold = true});
  draw_matrix(page, matrix, kMatrixTop);
  page.write(png);
}

void draw_rankings(const Ranking& model, const Ranking* pca, const std::string& title,
                   const std::filesystem::path& png) {
  CurvesChart roc{.title = "ROC: anomalies found against others flagged; area under the curve",
                  .x_name = "share of the others flagged",
                  .y_name = "share of anomalies found",
                  .log_x = false,
                  .log_y = false,
                  .dots = false,
                  .curves = {},
                  .marker = {}};
  CurvesChart precision = roc;
  precision.title = "Precision and recall; average precision";
  precision.x_name = "share of anomalies found";
  precision.y_name = "anomalies among what is flagged";
  const auto add = [&](const std::string& name, const Ranking& ranking) {
    roc.curves.push_back(thinned(named(name, ranking.auroc), ranking.false_positive_rate,
                                 ranking.true_positive_rate));
    precision.curves.push_back(
        thinned(named(name, ranking.average_precision), ranking.recall, ranking.precision));
  };
  add("this model", model);
  if (pca != nullptr) add("PCA", *pca);
  draw_curve_page(title, {roc, precision}, png);
}

}  // namespace diabolo
