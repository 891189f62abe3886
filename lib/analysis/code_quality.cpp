#include "lib/analysis/code_quality.hpp"

#include <torch/utils.h>

#include <algorithm>

#include "lib/analysis/linear_probe.hpp"
#include "lib/analysis/neighbours.hpp"
#include "lib/data/random.hpp"

namespace diabolo {
namespace {

constexpr int64_t kSamplesAtOnce = 4096;
constexpr int64_t kNeighbours = 5;
constexpr int64_t kFolds = 5;
constexpr int64_t kMostAxes = 3;

/// All of them in their order, or `most` drawn by a fixed seed.
torch::Tensor drawn_indices(int64_t count, int64_t most) {
  if (count <= most) return torch::arange(count);
  auto chosen = permutation(count, random_state(0, Purpose::kSubsample, 0, 2));
  chosen.resize(static_cast<size_t>(most));
  return torch::tensor(chosen, torch::kInt64);
}

bool has_two_classes(const torch::Tensor& labels) {
  return labels.size(0) > 0 && labels.min().item<int64_t>() < labels.max().item<int64_t>();
}

/// True when what a probe is fitted to holds two classes or more, in each fold.
bool can_be_probed(const torch::Tensor& labels) {
  const auto fold_of = torch::arange(labels.size(0)).remainder(kFolds);
  for (int64_t fold = 0; fold < kFolds; ++fold) {
    if (!has_two_classes(labels.masked_select(fold_of.ne(fold)))) return false;
  }
  return labels.size(0) > kFolds;
}

void judge_labels(CodeFigures& figures, const torch::Tensor& numbers, const torch::Tensor& labels) {
  if (labels.size(0) > kNeighbours) {
    figures.knn_accuracy = knn_accuracy(numbers, labels, kNeighbours);
  }
  const int64_t probed = std::min(kPictureSamples, labels.size(0));
  if (!can_be_probed(labels.narrow(0, 0, probed))) return;
  figures.probe_accuracy =
      linear_probe_accuracy(numbers.narrow(0, 0, probed), labels.narrow(0, 0, probed), kFolds);
}

}  // namespace

torch::Tensor pictured_units(const torch::Tensor& codes) {
  if (codes.size(1) <= kMostAxes) return torch::arange(codes.size(1));
  return std::get<0>(std::get<1>(codes.var(0).topk(2)).sort());
}

torch::Tensor picture_of(const torch::Tensor& codes) {
  return codes.index_select(1, pictured_units(codes));
}

torch::Tensor codes_of(const TrainedModel& model, const torch::Tensor& samples) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  const auto device = network->parameters().front().device();
  std::vector<torch::Tensor> codes;
  for (int64_t begin = 0; begin < samples.size(0); begin += kSamplesAtOnce) {
    const auto some = samples.narrow(0, begin, std::min(kSamplesAtOnce, samples.size(0) - begin));
    codes.push_back(network->encode(to_unit(some).to(device)).flatten(1).cpu());
  }
  return torch::cat(codes);
}

CodeQuality code_quality(const TrainedModel& model, const Dataset& dataset) {
  CodeQuality quality;
  const auto index = drawn_indices(dataset.size(), kQualitySamples);
  const auto samples = dataset.samples.index_select(0, index);
  const auto raw = to_unit(samples).flatten(1);
  const auto codes = codes_of(model, samples);
  torch::Tensor components;
  if (model.pca.defined() && model.pca.size() > 0) {
    components = model.pca.encode(raw);
    quality.pca.emplace();
  }
  const auto labels =
      dataset.labels.defined() ? dataset.labels.index_select(0, index) : torch::Tensor();
  if (labels.defined() && has_two_classes(labels)) {
    quality.samples = labels.size(0);
    judge_labels(quality.model, codes, labels);
    if (quality.pca) judge_labels(*quality.pca, components, labels);
    judge_labels(quality.raw, raw, labels);
  }
  const int64_t pictured = std::min(kPictureSamples, raw.size(0));
  if (pictured / 2 <= kNeighbours) return quality;
  quality.picture_samples = pictured;
  const auto high = raw.narrow(0, 0, pictured);
  quality.model.trustworthiness =
      trustworthiness(high, picture_of(codes).narrow(0, 0, pictured), kNeighbours);
  if (quality.pca) {
    quality.pca->trustworthiness =
        trustworthiness(high, picture_of(components).narrow(0, 0, pictured), kNeighbours);
  }
  return quality;
}

}  // namespace diabolo
