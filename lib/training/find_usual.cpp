#include "lib/training/find_usual.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <stdexcept>

#include "lib/data/split.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

constexpr double kTail = 0.1;  // Of codes, at either end, that is moved in.
constexpr int64_t kSamples = 10'000;
constexpr int64_t kNumbers = 50'000'000;  // Of all codes together.
constexpr int64_t kBatchValues = 5'000'000;
constexpr int64_t kMostScores = 1001;
// Added to the error of each value, as a share of the mean one, so that a value which is always
// right does not outweigh all others at the first difference.
constexpr double kErrorFloor = 0.01;
constexpr double kLeastError = 1e-12;

const UsualCodes& codes_of(const TrainedModel& model, CodeOf which) {
  if (which == CodeOf::kModel) return model.usual.model;
  if (!model.usual.pca) throw std::logic_error("the model has no PCA to judge by");
  return *model.usual.pca;
}

/// [N, K]
torch::Tensor encoded(const TrainedModel& model, CodeOf which, const torch::Tensor& x) {
  Autoencoder network = model.network;
  return which == CodeOf::kModel ? network->encode(x).flatten(1) : model.pca.encode(x);
}

/// codes [N, K] to [N, ...sample shape]
torch::Tensor decoded(const TrainedModel& model, CodeOf which, const torch::Tensor& codes) {
  const auto sized = [&](std::vector<int64_t> shape) {
    shape.insert(shape.begin(), codes.size(0));
    return shape;
  };
  const AutoencoderOptions& options = model.network->options();
  if (which == CodeOf::kPca) {
    return codes.mm(model.pca.components).add(model.pca.mean).view(sized(options.sample_shape));
  }
  Autoencoder network = model.network;
  return network->decode(codes.view(sized(options.code_shape())));
}

/// Calls on_batch with samples [n, ...sample shape] as the network sees them.
template <typename OnBatch>
void for_each_batch(const Dataset& dataset, OnBatch on_batch) {
  const int64_t size = std::max<int64_t>(1, kBatchValues / values_in(dataset.sample_shape()));
  for (const auto& some : dataset.samples.split(size)) on_batch(to_unit(some));
}

void find_range(UsualCodes& codes, const TrainedModel& model, CodeOf which, const Dataset& train) {
  std::vector<torch::Tensor> all;
  for_each_batch(train, [&](const auto& x) { all.push_back(encoded(model, which, x)); });
  const auto sorted = std::get<0>(torch::cat(all).sort(/*dim=*/0));
  codes.low = quantile_of(sorted, kTail).to(torch::kFloat32);
  codes.high = quantile_of(sorted, 1 - kTail).to(torch::kFloat32);
}

/// Needs the range, and leaves `error` undefined while it looks at errors as they are.
void find_error(UsualCodes& codes, const TrainedModel& model, CodeOf which, const Dataset& train) {
  auto sum = torch::zeros({values_in(train.sample_shape())}, torch::kFloat64);
  for_each_batch(train, [&](const auto& x) {
    sum += unusual_values(model, which, x, nearest_usual(model, which, x))
               .sum(0, false, torch::kFloat64);
  });
  const auto mean = sum / static_cast<double>(train.size());
  codes.error = (mean + kErrorFloor * mean.mean()).clamp_min(kLeastError).to(torch::kFloat32);
}

void find_scores(UsualCodes& codes, const TrainedModel& model, CodeOf which,
                 const Dataset& judged) {
  std::vector<torch::Tensor> all;
  for_each_batch(judged, [&](const auto& x) {
    all.push_back(unusual_values(model, which, x, nearest_usual(model, which, x)).mean(1));
  });
  const auto sorted = std::get<0>(torch::cat(all).sort());
  if (sorted.size(0) <= kMostScores) {
    codes.scores = sorted.contiguous();
    return;
  }
  std::vector<torch::Tensor> quantiles;
  for (int64_t i = 0; i < kMostScores; ++i) {
    const double share = static_cast<double>(i) / static_cast<double>(kMostScores - 1);
    quantiles.push_back(quantile_of(sorted, share));
  }
  codes.scores = torch::stack(quantiles).to(torch::kFloat32);
}

}  // namespace

torch::Tensor nearest_usual(const TrainedModel& model, CodeOf which, const torch::Tensor& x) {
  const torch::NoGradGuard no_grad;
  const UsualCodes& usual = codes_of(model, which);
  const auto codes = encoded(model, which, x);
  return decoded(model, which, codes.maximum(usual.low).minimum(usual.high))
      .contiguous(torch::MemoryFormat::Contiguous);
}

torch::Tensor unusual_values(const TrainedModel& model, CodeOf which, const torch::Tensor& x,
                             const torch::Tensor& nearest) {
  const auto squared = (nearest - x).square().flatten(1);
  const UsualCodes& usual = codes_of(model, which);
  return usual.error.defined() ? squared / usual.error : squared;
}

Usual find_usual(const TrainedModel& model, const Dataset& train, const Dataset& validation) {
  const torch::NoGradGuard no_grad;
  const int64_t code = values_in(model.network->options().code_shape());
  const int64_t most = std::clamp<int64_t>(kNumbers / code, 1, kSamples);
  const Dataset trained = drawn_samples(train, most);
  const Dataset judged = validation.size() > 0 ? drawn_samples(validation, most) : trained;
  TrainedModel judge = model;  // Shares the network; `usual` fills up step by step.
  judge.usual = {
      .samples = judged.size(), .kept_apart = validation.size() > 0, .model = {}, .pca = {}};
  const auto find = [&](UsualCodes& codes, CodeOf which) {
    find_range(codes, judge, which, trained);
    if (model.table) find_error(codes, judge, which, trained);
    find_scores(codes, judge, which, judged);
  };
  find(judge.usual.model, CodeOf::kModel);
  if (model.pca.defined()) find(judge.usual.pca.emplace(), CodeOf::kPca);
  return judge.usual;
}

}  // namespace diabolo
