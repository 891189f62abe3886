#include "lib/analysis/report_data.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>

#include "lib/analysis/code_quality.hpp"
#include "lib/analysis/evaluate.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

constexpr int64_t kDrawnAtOnce = 500;
constexpr int64_t kShownImages = 12;
constexpr int64_t kShownRows = 6;
constexpr int64_t kImageTraversals = 10;
constexpr int64_t kTableTraversals = 3;
constexpr int64_t kImageSteps = 9;
constexpr int64_t kTableSteps = 25;
constexpr double kMostBars = 30;

void draw_samples(ReportData& data, const Split& split) {
  const int64_t values = values_in(split.train.sample_shape());
  const int64_t most = std::clamp<int64_t>(kReportValues / values, 100, kReportSamples);
  const Dataset judged = drawn_samples(split.validation, most);
  data.samples = joined_samples(judged, drawn_samples(split.train, most - judged.size()));
  data.on_training_rows = judged.size() == 0;
  data.judged = data.on_training_rows ? data.samples.size() : judged.size();
  data.of_judged = (data.on_training_rows ? split.train : split.validation).size();
  data.of_all = split.train.size_with_stored() + split.validation.size();
}

/// Errors of each sample, [N] float64; what does not apply is not defined.
struct SampleErrors {
  torch::Tensor model, pca, mean, input;
  torch::Tensor values;  ///< [N] float64: how many of each count, those of empty cells do not.
};

/// Of each sample, no less than 1.
torch::Tensor counted_values(const Comparison& batch) {
  const auto all = static_cast<double>(batch.clean[0].numel());
  if (!batch.filled.defined()) return torch::full({batch.clean.size(0)}, all, torch::kFloat64);
  return (all - batch.filled.sum(1).to(torch::kFloat64)).clamp_min(1);
}

SampleErrors errors_of(const TrainedModel& model, const Dataset& samples, const Noise& noise,
                       uint64_t seed, const torch::Tensor& mean, ColumnSums* columns,
                       int64_t judged) {
  std::vector<torch::Tensor> of_model, of_pca, of_mean, of_input, values;
  for (int64_t begin = 0; begin < samples.size(); begin += kDrawnAtOnce) {
    const int64_t count = std::min(kDrawnAtOnce, samples.size() - begin);
    const Comparison batch = compare(model, samples, begin, count, noise, seed);
    const auto error = [&](const torch::Tensor& rebuilt) {
      return squared_errors(rebuilt, batch.clean, batch.filled).div(values.back());
    };
    values.push_back(counted_values(batch));
    of_model.push_back(error(batch.model));
    of_mean.push_back(error(mean.expand_as(batch.clean)));
    if (batch.pca.defined()) of_pca.push_back(error(batch.pca));
    if (!noise.none()) of_input.push_back(error(batch.input));
    const int64_t kept = std::min(count, judged - begin);
    if (columns == nullptr || kept <= 0) continue;
    const auto first = [&](const torch::Tensor& of) {
      return of.defined() ? of.narrow(0, 0, kept) : of;
    };
    columns->add(first(batch.clean), first(batch.model), first(batch.pca), first(batch.filled));
  }
  const auto all = [](const std::vector<torch::Tensor>& parts) {
    return parts.empty() ? torch::Tensor() : torch::cat(parts);
  };
  return {all(of_model), all(of_pca), all(of_mean), all(of_input), all(values)};
}

ReportErrors means_of(const SampleErrors& errors, int64_t judged) {
  const auto weights =
      errors.values.narrow(0, 0, judged) / errors.values.narrow(0, 0, judged).sum();
  const auto mean = [&](const torch::Tensor& each) {
    return each.narrow(0, 0, judged).dot(weights).item<double>();
  };
  ReportErrors result{
      .model = mean(errors.model), .mean = mean(errors.mean), .pca = {}, .input = {}};
  if (errors.pca.defined()) result.pca = mean(errors.pca);
  if (errors.input.defined()) result.input = mean(errors.input);
  return result;
}

void judge(ReportData& data, const TrainedModel& model) {
  const auto seed = static_cast<uint64_t>(model.training.seed);
  std::optional<ColumnSums> columns;
  const auto mean = mean_answer(model, data.samples.head(data.judged));
  if (model.table) columns.emplace(model.table, mean);
  const SampleErrors clean =
      errors_of(model, data.samples, {}, seed, mean, columns ? &*columns : nullptr, data.judged);
  data.clean = means_of(clean, data.judged);
  data.errors = clean.model;
  if (columns) data.columns = columns->columns();
  if (data.noise.none()) return;
  const SampleErrors noisy =
      errors_of(model, data.samples, data.noise, seed, mean, /*columns=*/nullptr, data.judged);
  data.noisy = means_of(noisy, data.judged);
  data.errors = noisy.model;
}

ReportSamples shown(const ReportData& data, const TrainedModel& model,
                    const std::vector<int64_t>& at) {
  ReportSamples result{.at = at, .clean = {}, .model = {}, .input = {}};
  std::vector<torch::Tensor> clean, rebuilt, input;
  for (const int64_t i : at) {
    const Comparison one =
        compare(model, data.samples, i, 1, data.noise, static_cast<uint64_t>(model.training.seed));
    clean.push_back(one.clean);
    rebuilt.push_back(one.model);
    input.push_back(one.input);
  }
  result.clean = torch::cat(clean);
  result.model = torch::cat(rebuilt);
  if (!data.noise.none()) result.input = torch::cat(input);
  return result;
}

void choose_samples(ReportData& data, const TrainedModel& model) {
  const int64_t count = std::min(data.judged, model.table ? kShownRows : kShownImages);
  const auto order = data.errors.narrow(0, 0, data.judged).argsort(/*stable=*/true, 0, false);
  std::vector<int64_t> first, worst, best;
  for (int64_t i = 0; i < count; ++i) {
    first.push_back(i * data.judged / count);
    best.push_back(order[i].item<int64_t>());
    worst.push_back(order[data.judged - 1 - i].item<int64_t>());
  }
  data.examples = shown(data, model, first);
  data.worst = shown(data, model, worst);
  data.best = shown(data, model, best);
}

void study_units(ReportData& data, const TrainedModel& model) {
  data.units = unit_variances(data.codes);
  const auto most = static_cast<size_t>(model.table ? kTableTraversals : kImageTraversals);
  const int64_t steps = model.table ? kTableSteps : kImageSteps;
  if (!model.network->options().decodes_alone()) return;  // No code to walk along.
  for (const int64_t unit : data.units.live) {
    if (data.traversals.size() == most) break;
    data.traversals.push_back(traverse(model, data.codes, unit, steps));
  }
}

}  // namespace

Histogram histogram_of(const torch::Tensor& values) {
  const auto sorted = std::get<0>(values.to(torch::kFloat64).sort());
  // Rice's rule.
  const double bars = std::min(kMostBars, std::ceil(2 * std::cbrt(values.size(0))));
  Histogram result{.low = sorted[0].item<double>(),
                   .high = value_at(sorted, 1),
                   .counts = std::vector<int64_t>(static_cast<size_t>(bars)),
                   .open = false};
  // A few samples far out would press all others into the first bars.
  const double nearly_all = value_at(sorted, 0.995);
  if (result.high - result.low > 1.5 * (nearly_all - result.low) && nearly_all > result.low) {
    result.high = nearly_all;
    result.open = true;
  }
  const double width = (result.high - result.low) / bars;
  for (int64_t i = 0; i < sorted.size(0); ++i) {
    const double bar = width > 0 ? (sorted[i].item<double>() - result.low) / width : 0;
    ++result.counts[static_cast<size_t>(std::clamp(bar, 0.0, bars - 1))];
  }
  return result;
}

ReportData report_data(const TrainedModel& model, const Split& split) {
  const torch::NoGradGuard no_grad;
  ReportData data;
  draw_samples(data, split);
  if (!model.table) data.noise = model.training.noise;
  judge(data, model);
  data.codes = codes_of(model, data.samples.samples);
  choose_samples(data, model);
  data.histogram = histogram_of(data.errors.narrow(0, 0, data.judged));
  study_units(data, model);
  return data;
}

}  // namespace diabolo
