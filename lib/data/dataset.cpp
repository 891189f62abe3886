#include "lib/data/dataset.hpp"

#include <memory>
#include <stdexcept>
#include <utility>

#include "lib/formats/idx.hpp"
#include "lib/formats/sha256.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kChunk = 4096;  // Samples made float at a time: bounds memory.

/// A tensor over the bytes of `values`, which it keeps alive.
torch::Tensor adopt(std::vector<uint8_t> values, const std::vector<int64_t>& shape) {
  const auto owner = std::make_shared<std::vector<uint8_t>>(std::move(values));
  return torch::from_blob(owner->data(), shape, [owner](void*) {}, torch::kUInt8);
}

/// "t10k-labels-idx1-ubyte.gz" for "t10k-images-idx3-ubyte.gz", plain or gzip, if it is there.
fs::path labels_beside(const fs::path& images) {
  std::string name = images.filename().string();
  const size_t at = name.find("images-idx3");
  if (at == std::string::npos) return {};
  name.replace(at, 11, "labels-idx1");
  const std::string other = name.ends_with(".gz") ? name.substr(0, name.size() - 3) : name + ".gz";
  for (const auto& candidate : {name, other}) {
    const fs::path path = images.parent_path() / candidate;
    if (fs::exists(path)) return path;
  }
  return {};
}

torch::Tensor read_labels(const fs::path& path, int64_t wanted, const fs::path& images) {
  formats::IdxArray labels = formats::read_idx(path);
  if (labels.shape.size() != 1) {
    throw std::invalid_argument(path.string() + ": found an array of " + shape_text(labels.shape) +
                                "; labels are one number a sample");
  }
  if (labels.shape[0] != wanted) {
    throw std::runtime_error(path.string() + ": " + std::to_string(labels.shape[0]) +
                             " labels, but " + images.string() + " has " + std::to_string(wanted) +
                             " images; they must agree");
  }
  return adopt(std::move(labels.values), labels.shape).to(torch::kInt64);
}

}  // namespace

std::vector<int64_t> Dataset::sample_shape() const { return samples.sizes().slice(1).vec(); }

Dataset Dataset::select(const std::vector<int64_t>& indices) const {
  const auto index = torch::tensor(indices, torch::kInt64);
  Dataset result{
      .samples = samples.index_select(0, index), .labels = {}, .name = name, .sample_names = {}};
  if (labels.defined()) result.labels = labels.index_select(0, index);
  for (const int64_t i : indices) {
    if (!sample_names.empty()) result.sample_names.push_back(sample_names[static_cast<size_t>(i)]);
  }
  return result;
}

Dataset Dataset::head(int64_t count) const {
  Dataset result = *this;
  if (count >= size()) return result;
  result.samples = samples.narrow(0, 0, count);
  if (labels.defined()) result.labels = labels.narrow(0, 0, count);
  if (!sample_names.empty()) result.sample_names.resize(static_cast<size_t>(count));
  return result;
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

Dataset read_idx_images(const fs::path& path) {
  formats::IdxArray images = formats::read_idx(path);
  if (images.shape.size() != 3) {
    throw std::invalid_argument(path.string() + ": found an array of " + shape_text(images.shape) +
                                "; images have three dimensions (count, height, width)");
  }
  if (images.shape[0] == 0) throw std::invalid_argument(path.string() + ": holds no images");
  const std::vector<int64_t> shape = {images.shape[0], 1, images.shape[1], images.shape[2]};
  Dataset dataset{.samples = adopt(std::move(images.values), shape),
                  .labels = {},
                  .name = path.string(),
                  .sample_names = {}};
  const fs::path labels = labels_beside(path);
  if (!labels.empty()) dataset.labels = read_labels(labels, dataset.size(), path);
  return dataset;
}

}  // namespace diabolo
