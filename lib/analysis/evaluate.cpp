#include "lib/analysis/evaluate.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "models/shape.hpp"

namespace diabolo {
namespace {

constexpr int64_t kJudgedAtOnce = 1000;

}  // namespace

void require_same_shape(const TrainedModel& model, const Dataset& dataset) {
  const auto& wanted = model.network->options().sample_shape;
  if (wanted == dataset.sample_shape()) return;
  throw std::invalid_argument("the model takes samples of " + shape_text(wanted) + ", but '" +
                              dataset.name + "' has samples of " +
                              shape_text(dataset.sample_shape()));
}

Comparison compare(const TrainedModel& model, const Dataset& dataset, int64_t begin, int64_t count,
                   const Noise& noise, uint64_t seed) {
  require_same_shape(model, dataset);
  const torch::NoGradGuard no_grad;
  Comparison result;
  result.clean = to_unit(dataset.samples.narrow(0, begin, count));
  if (dataset.filled.defined()) result.filled = dataset.filled.narrow(0, begin, count);
  result.input = result.clean;
  if (!noise.none()) {
    std::vector<int64_t> samples(static_cast<size_t>(count));
    std::iota(samples.begin(), samples.end(), begin);
    result.input = result.clean.clone();
    add_noise(result.input, noise, samples, seed, /*epoch=*/0);
  }
  Autoencoder network = model.network;
  const auto device = network->parameters().front().device();
  result.model = network->forward(result.input.to(device)).cpu();
  // What a picture shows; a sigmoid stays within these bounds by itself.
  if (!model.table && network->options().output == Output::kLinear) result.model.clamp_(0, 1);
  if (model.pca.defined()) result.pca = model.pca.reconstruct(result.input);
  return result;
}

torch::Tensor mean_answer(const TrainedModel& model, const Dataset& dataset) {
  const auto trained = model.pca.mean.view(model.network->options().sample_shape);
  if (!model.table) return trained;
  if (!dataset.filled.defined()) return mean_sample(dataset);
  const auto there = dataset.filled.logical_not();
  const auto sums =
      at::where(there, dataset.samples, 0.0F).sum(0, /*keepdim=*/false, torch::kFloat64);
  const auto counts = there.sum(0);
  const auto means = (sums / counts.clamp_min(1)).to(torch::kFloat32);
  return at::where(counts > 0, means, trained);
}

Evaluation evaluate(const TrainedModel& model, const Dataset& dataset, const Noise& noise,
                    uint64_t seed) {
  require_same_shape(model, dataset);
  const auto mean = mean_answer(model, dataset);
  const bool bounded = model.network->options().output == Output::kSigmoid;
  FigureSum of_input(/*with_bce=*/false);
  FigureSum of_model(/*with_bce=*/bounded);
  FigureSum of_pca(/*with_bce=*/false);
  FigureSum of_mean(/*with_bce=*/model.table == nullptr);
  std::optional<ColumnSums> columns;
  if (model.table) columns.emplace(model.table, mean);
  for (int64_t begin = 0; begin < dataset.size(); begin += kJudgedAtOnce) {
    const int64_t count = std::min(kJudgedAtOnce, dataset.size() - begin);
    const Comparison batch = compare(model, dataset, begin, count, noise, seed);
    if (!noise.none()) of_input.add(batch.input, batch.clean, batch.filled);
    of_model.add(batch.model, batch.clean, batch.filled);
    if (batch.pca.defined()) of_pca.add(batch.pca, batch.clean, batch.filled);
    of_mean.add(mean.expand_as(batch.clean), batch.clean, batch.filled);
    if (columns) columns->add(batch.clean, batch.model, batch.pca, batch.filled);
  }
  Evaluation result{.samples = dataset.size(),
                    .code_size = values_in(model.network->options().code_shape()),
                    .input = {},
                    .model = of_model.mean(),
                    .pca = {},
                    .pca_share = {},
                    .mean = of_mean.mean(),
                    .columns = {},
                    .elbo = {}};
  if (dataset.filled.defined()) result.filled = count_filled(*model.table, dataset.filled);
  if (!noise.none()) result.input = of_input.mean();
  if (noise.none() && model.network->options().variational) {
    result.elbo = negative_elbo(model, dataset);
  }
  if (model.pca.defined()) result.pca = of_pca.mean();
  if (model.pca.share.defined()) result.pca_share = model.pca.share.sum().item<double>();
  if (!columns) return result;
  result.columns = columns->columns();
  result.model.r2 = columns->r2();
  if (result.pca) result.pca->r2 = columns->pca_r2();
  return result;
}

}  // namespace diabolo
