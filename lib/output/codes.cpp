#include "lib/output/codes.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <stdexcept>

#include "lib/analysis/evaluate.hpp"
#include "lib/formats/csv_numbers.hpp"
#include "lib/formats/csv_writer.hpp"
#include "lib/formats/npy.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kBatch = 1000;

std::vector<std::string> code_columns(int64_t count) {
  std::vector<std::string> columns;
  for (int64_t i = 1; i <= count; ++i) columns.push_back("code_" + std::to_string(i));
  return columns;
}

std::span<const float> numbers_of(const torch::Tensor& row) {
  return {row.const_data_ptr<float>(), static_cast<size_t>(row.numel())};
}

/// Calls on_batch with the codes of samples [begin, begin + n).
template <typename OnBatch>
void for_each_code_batch(const TrainedModel& model, const Dataset& dataset, OnBatch on_batch) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  for (int64_t begin = 0; begin < dataset.size(); begin += kBatch) {
    const int64_t count = std::min(kBatch, dataset.size() - begin);
    const auto samples = to_unit(dataset.samples.narrow(0, begin, count));
    on_batch(begin, network->encode(samples).contiguous(torch::MemoryFormat::Contiguous));
  }
}

void write_npy_codes(const TrainedModel& model, const Dataset& dataset, const fs::path& path) {
  std::vector<int64_t> shape = model.network->options().code_shape();
  shape.insert(shape.begin(), dataset.size());
  formats::NpyWriter writer(path, formats::Dtype::kF32, shape);
  for_each_code_batch(model, dataset, [&](int64_t, const torch::Tensor& codes) {
    writer.write({static_cast<const char*>(codes.const_data_ptr()), codes.nbytes()});
  });
  writer.commit();
}

void write_csv_codes(const TrainedModel& model, const Dataset& dataset, const fs::path& path) {
  auto columns = code_columns(values_in(model.network->options().code_shape()));
  const bool labelled = dataset.labels.defined();
  if (labelled) columns.insert(columns.begin(), "label");
  formats::CsvWriter writer(path, columns);
  for_each_code_batch(model, dataset, [&](int64_t begin, const torch::Tensor& codes) {
    for (int64_t i = 0; i < codes.size(0); ++i) {
      if (labelled) writer.integer(dataset.labels[begin + i].item<int64_t>());
      writer.numbers(numbers_of(codes[i]));
      writer.end_row();
    }
  });
  writer.commit();
}

}  // namespace

void write_codes(const TrainedModel& model, const Dataset& dataset, const fs::path& path) {
  require_same_shape(model, dataset);
  if (path.extension() == ".npy") return write_npy_codes(model, dataset, path);
  if (path.extension() == ".csv") return write_csv_codes(model, dataset, path);
  throw std::invalid_argument("'" + path.string() + "': codes are written as .npy or .csv");
}

CodesFile::CodesFile(const fs::path& path, const TrainedModel& model)
    : path_(path), code_shape_(model.network->options().code_shape()) {
  if (path.extension() == ".npy") {
    open_npy();
  } else if (path.extension() == ".csv") {
    open_csv();
  } else {
    throw std::invalid_argument("'" + path.string() + "': codes are read from .npy or .csv");
  }
}

void CodesFile::open_npy() {
  const formats::NpyReader reader(path_);
  const auto& shape = reader.header().shape;
  const bool fits =
      !shape.empty() && std::vector<int64_t>(shape.begin() + 1, shape.end()) == code_shape_;
  if (!fits) {
    throw std::invalid_argument("'" + path_.string() + "' has the shape [" + shape_text(shape) +
                                "]; the model's codes have [N x " + shape_text(code_shape_) + "]");
  }
  size_ = shape[0];
}

void CodesFile::open_csv() {
  size_ = 0;
  const auto names = formats::read_number_csv(path_, [&](std::span<const float>) { ++size_; });
  for (const auto& wanted : code_columns(values_in(code_shape_))) {
    const auto found = std::ranges::find(names, wanted);
    if (found == names.end()) {
      throw std::invalid_argument("'" + path_.string() + "' has no column '" + wanted +
                                  "'; the model's codes have " +
                                  std::to_string(values_in(code_shape_)) + " numbers");
    }
    columns_.push_back(static_cast<size_t>(found - names.begin()));
  }
  const auto extra = std::ranges::find(names, "code_" + std::to_string(values_in(code_shape_) + 1));
  if (extra == names.end()) return;
  throw std::invalid_argument("'" + path_.string() + "' has a column '" + *extra +
                              "'; the model's codes have " +
                              std::to_string(values_in(code_shape_)) + " numbers");
}

void CodesFile::for_each_batch(const OnBatch& on_batch) const {
  if (columns_.empty()) {
    read_npy(on_batch);
  } else {
    read_csv(on_batch);
  }
}

void CodesFile::read_npy(const OnBatch& on_batch) const {
  formats::NpyReader reader(path_);
  for (int64_t begin = 0; begin < size_; begin += kBatch) {
    std::vector<int64_t> shape = code_shape_;
    shape.insert(shape.begin(), std::min(kBatch, size_ - begin));
    const auto codes = torch::empty(shape, torch::kFloat32);
    reader.read_floats({codes.data_ptr<float>(), static_cast<size_t>(codes.numel())});
    on_batch(codes);
  }
}

void CodesFile::read_csv(const OnBatch& on_batch) const {
  std::vector<float> waiting;
  const auto flush = [&] {
    if (waiting.empty()) return;
    std::vector<int64_t> shape = code_shape_;
    shape.insert(shape.begin(), static_cast<int64_t>(waiting.size() / columns_.size()));
    on_batch(torch::from_blob(waiting.data(), shape, torch::kFloat32).clone());
    waiting.clear();
  };
  formats::read_number_csv(path_, [&](std::span<const float> row) {
    for (const size_t column : columns_) waiting.push_back(row[column]);
    if (waiting.size() == columns_.size() * static_cast<size_t>(kBatch)) flush();
  });
  flush();
}

}  // namespace diabolo
