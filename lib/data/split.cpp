#include "lib/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "lib/data/random.hpp"

namespace diabolo {

namespace {

/// Each number becomes those of `together` neighbours.
std::vector<int64_t> each_of(const std::vector<int64_t>& groups, int64_t together) {
  std::vector<int64_t> all;
  for (const int64_t group : groups) {
    for (int64_t i = 0; i < together; ++i) all.push_back(group * together + i);
  }
  return all;
}

SplitIndices draw(const Dataset& dataset, double fraction, uint64_t seed) {
  const int64_t count = dataset.size() / dataset.together;
  if (count < 2) {
    throw std::invalid_argument(
        std::string(dataset.together > 1 ? "the patches of one image are" : "one sample is") +
        " not split; give --validation 0");
  }
  const auto wanted = std::llround(static_cast<double>(count) * fraction);
  const int64_t held_out = std::clamp<int64_t>(wanted, 1, count - 1);
  auto order = permutation(count, random_state(seed, Purpose::kSplit, 0, 0));
  SplitIndices indices{.train = {}, .validation = {order.begin(), order.begin() + held_out}};
  order.erase(order.begin(), order.begin() + held_out);
  indices.train = std::move(order);
  std::ranges::sort(indices.train);
  std::ranges::sort(indices.validation);
  return {.train = each_of(indices.train, dataset.together),
          .validation = each_of(indices.validation, dataset.together)};
}

/// Moves the samples at `indices`, which ascend, to the front.
void move_together(torch::Tensor& samples, const std::vector<int64_t>& indices) {
  samples = samples.contiguous();
  auto* const data = static_cast<char*>(samples.data_ptr());
  const size_t bytes = samples.nbytes() / static_cast<size_t>(samples.size(0));
  for (size_t to = 0; to < indices.size(); ++to) {
    const auto from = static_cast<size_t>(indices[to]);
    if (from != to) std::memcpy(data + to * bytes, data + from * bytes, bytes);
  }
  samples = samples.narrow(0, 0, static_cast<int64_t>(indices.size()));
}

}  // namespace

Split split_validation(const Dataset& dataset, double fraction, uint64_t seed) {
  if (fraction == 0.0) return {.train = dataset, .validation = {}};
  const SplitIndices indices = draw(dataset, fraction, seed);
  return {.train = dataset.select(indices.train), .validation = dataset.select(indices.validation)};
}

Split split_in_place(Dataset dataset, double fraction, uint64_t seed) {
  if (fraction == 0.0) return {.train = std::move(dataset), .validation = {}};
  const SplitIndices indices = draw(dataset, fraction, seed);
  return split_in_place(std::move(dataset), indices);
}

Split split_in_place(Dataset dataset, const SplitIndices& indices) {
  Dataset validation = dataset.select(indices.validation);
  torch::Tensor samples = dataset.samples;
  dataset.samples = samples.narrow(0, 0, 0);
  Dataset train = dataset;
  if (dataset.labels.defined()) {
    train.labels = dataset.labels.index_select(0, torch::tensor(indices.train, torch::kInt64));
  }
  train.sample_names.clear();
  for (const int64_t i : indices.train) {
    if (!dataset.sample_names.empty()) {
      train.sample_names.push_back(std::move(dataset.sample_names[static_cast<size_t>(i)]));
    }
  }
  move_together(samples, indices.train);
  train.samples = samples;
  return {.train = std::move(train), .validation = std::move(validation)};
}

Dataset drawn_samples(const Dataset& dataset, int64_t most) {
  if (dataset.size() <= most) return dataset.head(most);
  auto chosen = permutation(dataset.size(), random_state(0, Purpose::kSubsample, 0, 4));
  chosen.resize(static_cast<size_t>(most));
  std::ranges::sort(chosen);
  return dataset.select(chosen);
}

namespace {

/// Which cells of a part were filled, [N, D], none where nothing says so.
torch::Tensor filled_of(const Dataset& part) {
  return part.filled.defined() ? part.filled : torch::zeros_like(part.samples, torch::kBool);
}

}  // namespace

Dataset joined_samples(const Dataset& first, const Dataset& second) {
  if (first.size() == 0) return second;
  Dataset result = first.head(first.size());
  if (second.size() == 0) return result;
  result.samples = torch::cat({first.samples, second.samples});
  if (first.filled.defined() || second.filled.defined()) {
    result.filled = torch::cat({filled_of(first), filled_of(second)});
  }
  if (first.labels.defined()) result.labels = torch::cat({first.labels, second.labels});
  result.sample_names.insert(result.sample_names.end(), second.sample_names.begin(),
                             second.sample_names.end());
  return result;
}

}  // namespace diabolo
