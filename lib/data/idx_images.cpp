#include "lib/data/idx_images.hpp"

#include <algorithm>
#include <stdexcept>

#include "lib/formats/idx.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

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
  return torch::from_blob(labels.values.data(), labels.shape, torch::kUInt8).to(torch::kInt64);
}

}  // namespace

IdxImages::IdxImages(const fs::path& path) : reader_(path) {
  const auto& shape = reader_.shape();
  if (shape.size() != 3) {
    throw std::invalid_argument(path.string() + ": found an array of " + shape_text(shape) +
                                "; images have three dimensions (count, height, width)");
  }
  if (shape[0] == 0) throw std::invalid_argument(path.string() + ": holds no images");
  const fs::path labels = labels_beside(path);
  if (!labels.empty()) labels_ = read_labels(labels, shape[0], path);
}

Dataset IdxImages::next(int64_t count) {
  const auto& shape = reader_.shape();
  count = std::min(count, size() - given_);
  Dataset dataset;
  dataset.samples = torch::empty({count, 1, shape[1], shape[2]}, torch::kUInt8);
  reader_.read(static_cast<char*>(dataset.samples.data_ptr()), dataset.samples.nbytes());
  if (labels_.defined()) dataset.labels = labels_.narrow(0, given_, count);
  given_ += count;
  return dataset;
}

Dataset read_idx_images(const fs::path& path) {
  IdxImages images(path);
  Dataset dataset = images.next(images.size());
  dataset.name = path.string();
  return dataset;
}

}  // namespace diabolo
