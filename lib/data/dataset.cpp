#include "lib/data/dataset.hpp"

#include <algorithm>

#include "lib/data/stored_samples.hpp"
#include "lib/formats/sha256.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

constexpr int64_t kChunk = 4096;  // Samples made float at a time: bounds memory.

}  // namespace

int64_t Dataset::size_with_stored() const { return stored ? stored->size() : size(); }

std::vector<int64_t> Dataset::sample_shape() const { return samples.sizes().slice(1).vec(); }

Dataset Dataset::select(const std::vector<int64_t>& indices) const {
  const auto index = torch::tensor(indices, torch::kInt64);
  Dataset result = *this;
  result.stored.reset();
  result.samples = samples.index_select(0, index);
  if (filled.defined()) result.filled = filled.index_select(0, index);
  result.sample_names.clear();
  if (labels.defined()) result.labels = labels.index_select(0, index);
  for (const int64_t i : indices) {
    if (!sample_names.empty()) result.sample_names.push_back(sample_names[static_cast<size_t>(i)]);
  }
  return result;
}

Dataset Dataset::head(int64_t count) const {
  Dataset result = *this;
  result.stored.reset();
  if (count >= size()) return result;
  result.samples = samples.narrow(0, 0, count);
  if (filled.defined()) result.filled = filled.narrow(0, 0, count);
  if (labels.defined()) result.labels = labels.narrow(0, 0, count);
  if (!sample_names.empty()) result.sample_names.resize(static_cast<size_t>(count));
  return result;
}

std::string Dataset::label_word(int64_t label) const {
  const auto at = static_cast<size_t>(label);
  return at < label_words.size() ? label_words[at] : std::to_string(label);
}

torch::Tensor to_unit(const torch::Tensor& samples) {
  if (samples.scalar_type() == torch::kFloat32) return samples;
  return samples.to(torch::kFloat32).mul_(1.0 / 255.0);
}

torch::Tensor mean_sample(const Dataset& dataset) {
  auto sum = torch::zeros(dataset.sample_shape(), torch::kFloat64);
  for (int64_t start = 0; start < dataset.size(); start += kChunk) {
    const int64_t count = std::min(kChunk, dataset.size() - start);
    sum += to_unit(dataset.samples.narrow(0, start, count)).sum(0).to(torch::kFloat64);
  }
  return (sum / static_cast<double>(dataset.size())).to(torch::kFloat32);
}

std::string data_hash(const Dataset& dataset) {
  formats::Sha256 hash;
  hash.update(shape_text(dataset.samples.sizes().vec()));
  const auto bytes = dataset.samples.contiguous();
  hash.update({static_cast<const char*>(bytes.const_data_ptr()), bytes.nbytes()});
  return hash.hex();
}

}  // namespace diabolo
