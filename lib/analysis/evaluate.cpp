#include "lib/analysis/evaluate.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "models/shape.hpp"

namespace diabolo {
namespace {

constexpr int64_t kBatch = 1000;

/// "3.2", "27".
std::string rounded(double ratio) {
  const int64_t tenths = std::llround(10 * ratio);
  if (tenths >= 1000) return "over 100";
  if (tenths >= 100) return std::to_string(std::llround(ratio));
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

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

Evaluation evaluate(const TrainedModel& model, const Dataset& dataset, const Noise& noise,
                    uint64_t seed) {
  const auto mean = model.pca.mean.view(model.network->options().sample_shape);
  const bool bounded = model.network->options().output == Output::kSigmoid;
  FigureSum of_input(/*with_bce=*/false);
  FigureSum of_model(/*with_bce=*/bounded);
  FigureSum of_pca(/*with_bce=*/false);
  FigureSum of_mean(/*with_bce=*/model.table == nullptr);
  std::optional<ColumnSums> columns;
  if (model.table) columns.emplace(model.table, mean);
  for (int64_t begin = 0; begin < dataset.size(); begin += kBatch) {
    const int64_t count = std::min(kBatch, dataset.size() - begin);
    const Comparison batch = compare(model, dataset, begin, count, noise, seed);
    if (!noise.none()) of_input.add(batch.input, batch.clean);
    of_model.add(batch.model, batch.clean);
    if (batch.pca.defined()) of_pca.add(batch.pca, batch.clean);
    of_mean.add(mean.expand_as(batch.clean), batch.clean);
    if (columns) columns->add(batch.clean, batch.model, batch.pca);
  }
  Evaluation result{.samples = dataset.size(),
                    .code_size = values_in(model.network->options().code_shape()),
                    .input = {},
                    .model = of_model.mean(),
                    .pca = {},
                    .pca_share = {},
                    .mean = of_mean.mean(),
                    .columns = {}};
  if (!noise.none()) result.input = of_input.mean();
  if (model.pca.defined()) result.pca = of_pca.mean();
  if (model.pca.share.defined()) result.pca_share = model.pca.share.sum().item<double>();
  if (!columns) return result;
  result.columns = columns->columns();
  result.model.r2 = columns->r2();
  if (result.pca) result.pca->r2 = columns->pca_r2();
  return result;
}

std::string verdict_on_training_rows() {
  return "These are the rows that it was trained on, which a network can learn by heart: look at "
         "the "
         "picture, not at the error.";
}

std::string verdict(double model_mse, double pca_mse) {
  constexpr double kLevel = 0.03;
  constexpr double kRounding = 1e-9;  // Of scaled values or pixels, in float32.
  if (model_mse <= 0 || pca_mse <= kRounding)
    return "PCA rebuilds these samples exactly: take PCA.";
  const double share = model_mse / pca_mse;
  const auto percent = std::to_string(std::lround(100 * std::abs(1 - share)));
  if (share < 0.5) {
    return "The network leaves " + rounded(1 / share) +
           " times less error than PCA of the same "
           "size: the samples bend where PCA is straight.";
  }
  if (share < 1 - kLevel)
    return "The network leaves " + percent + " % less error than PCA of the same size.";
  if (share < 1 + kLevel) {
    return "PCA of the same size does as well, and is simpler: the network is not worth it here.";
  }
  return "PCA of the same size leaves less error (the network " + percent +
         " % more): take PCA, or train longer.";
}

}  // namespace diabolo
