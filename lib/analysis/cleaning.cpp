#include "lib/analysis/cleaning.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "lib/analysis/filters.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

constexpr int64_t kTuningImages = 100;
constexpr int64_t kComponents = 64;
constexpr int64_t kImagesAtOnce = 250;

torch::Tensor with_noise(const torch::Tensor& clean, int64_t first, const Noise& noise,
                         uint64_t seed, uint64_t epoch) {
  std::vector<int64_t> samples(static_cast<size_t>(clean.size(0)));
  std::iota(samples.begin(), samples.end(), first);
  auto noisy = clean.clone();
  add_noise(noisy, noise, samples, seed, epoch);
  return noisy;
}

/// The strength whose result has the highest mean PSNR.
template <typename Filter>
double best_strength(const Filter& filter, std::initializer_list<double> strengths,
                     const torch::Tensor& noisy, const torch::Tensor& clean) {
  double best = *strengths.begin();
  double highest = -1;
  for (const double strength : strengths) {
    const double found = psnr(filter(noisy, strength), clean).mean().template item<double>();
    if (found <= highest) continue;
    highest = found;
    best = strength;
  }
  return best;
}

torch::Tensor run_model(const TrainedModel& model, const torch::Tensor& noisy) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  return network->forward(noisy).clamp(0, 1);
}

}  // namespace

Cleaners::Cleaners(const TrainedModel& model, const Dataset& train, uint64_t seed)
    : model_(model), seed_(seed) {
  require_same_shape(model, train);
  const int64_t values = values_in(train.sample_shape());
  pca_ = fit_pca(train, std::min(kComponents, std::max<int64_t>(1, values / 2)));
  tuning_ = to_unit(train.samples.narrow(0, 0, std::min(kTuningImages, train.size())));
}

std::vector<Cleaner> Cleaners::for_noise(const Noise& noise) const {
  constexpr uint64_t kTuningEpoch = 1;  // Not the noise that is judged, even on the same images.
  const auto noisy = with_noise(tuning_, 0, noise, seed_, kTuningEpoch);
  const double sigma = best_strength(
      gaussian_filter, {0.0, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5}, noisy, tuning_);
  const double strength = best_strength(
      non_local_means,
      {0.02, 0.04, 0.06, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0}, noisy,
      tuning_);
  return {{"noisy", [](const torch::Tensor& x) { return x; }},
          {"median 3x3", median_filter},
          {"Gaussian blur", [=](const torch::Tensor& x) { return gaussian_filter(x, sigma); }},
          {"non-local means", [=](const torch::Tensor& x) { return non_local_means(x, strength); }},
          {"PCA-" + std::to_string(pca_.components.size(0)),
           [this](const torch::Tensor& x) { return pca_.reconstruct(x).clamp(0, 1); }},
          {"this model", [this](const torch::Tensor& x) { return run_model(model_, x); }}};
}

CleaningFigures compare_cleaners(const Cleaners& cleaners, const Dataset& data, int64_t samples,
                                 const Noise& noise, uint64_t seed) {
  const auto ways = cleaners.for_noise(noise);
  std::vector<FigureSum> sums(ways.size(), FigureSum(/*with_bce=*/false));
  const int64_t end = std::min(samples, data.size());
  for (int64_t begin = 0; begin < end; begin += kImagesAtOnce) {
    const auto clean = to_unit(data.samples.narrow(0, begin, std::min(kImagesAtOnce, end - begin)));
    const auto noisy = with_noise(clean, begin, noise, seed, /*epoch=*/0);
    for (size_t i = 0; i < ways.size(); ++i) sums[i].add(ways[i].clean(noisy), clean);
  }
  CleaningFigures result{.noise = noise, .of = {}};
  for (size_t i = 0; i < ways.size(); ++i) result.of.emplace_back(ways[i].name, sums[i].mean());
  return result;
}

CleanedImages clean_some(const Cleaners& cleaners, const Dataset& data, int64_t first,
                         int64_t count, const Noise& noise, uint64_t seed) {
  CleanedImages result;
  result.clean = to_unit(data.samples.narrow(0, first, count));
  const auto noisy = with_noise(result.clean, first, noise, seed, /*epoch=*/0);
  for (const auto& way : cleaners.for_noise(noise)) {
    result.by.emplace_back(way.name, way.clean(noisy));
  }
  return result;
}

}  // namespace diabolo
