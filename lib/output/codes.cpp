#include "lib/output/codes.hpp"

#include <torch/utils.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <stdexcept>

#include "lib/analysis/evaluate.hpp"
#include "lib/data/sample_stream.hpp"
#include "lib/formats/csv_reader.hpp"
#include "lib/formats/csv_writer.hpp"
#include "lib/formats/npy.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kBatch = 1000;
constexpr size_t kMostColumns = 100'000;

std::vector<std::string> code_columns(int64_t count) {
  std::vector<std::string> columns;
  for (int64_t i = 1; i <= count; ++i) columns.push_back("code_" + std::to_string(i));
  return columns;
}

int64_t label_at(const Dataset& dataset, int64_t i) {
  return dataset.labels.const_data_ptr<int64_t>()[i];
}

/// Row `i` of a contiguous [N, K].
std::span<const float> row_of(const torch::Tensor& rows, int64_t i) {
  return {rows.const_data_ptr<float>() + i * rows.size(1), static_cast<size_t>(rows.size(1))};
}

/// Calls on_batch with some samples and their codes, until there are no more.
template <typename OnBatch>
Written for_each_code_batch(const TrainedModel& model, const DataOptions& data, Part part,
                            OnBatch on_batch) {
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  const auto stream = open_data(data, part, model.table);
  Written written;
  for (;;) {
    Dataset samples = stream->next(kBatch);
    written.dropped += samples.dropped;
    if (samples.size() == 0) break;
    samples.name = data.data;
    require_same_shape(model, samples);
    const auto codes = network->encode(to_unit(samples.samples));
    on_batch(samples, codes.contiguous(torch::MemoryFormat::Contiguous));
    written.samples += samples.size();
  }
  if (written.samples == 0) throw std::invalid_argument("'" + data.data + "' holds no samples");
  return written;
}

Written write_npy_codes(const TrainedModel& model, const DataOptions& data, Part part,
                        const fs::path& path) {
  std::vector<int64_t> shape = model.network->options().code_shape();
  shape.insert(shape.begin(), count_samples(data, part, model.table));
  formats::NpyWriter writer(path, formats::Dtype::kF32, shape);
  const auto write = [&](const Dataset&, const torch::Tensor& codes) {
    writer.write({static_cast<const char*>(codes.const_data_ptr()), codes.nbytes()});
  };
  const Written written = for_each_code_batch(model, data, part, write);
  writer.commit();
  return written;
}

/// The columns before the codes.
std::vector<std::string> name_columns(const Dataset& first) {
  std::vector<std::string> columns;
  if (!first.sample_names.empty()) columns.push_back(first.id_name);
  if (first.labels.defined()) columns.push_back(first.label_name);
  return columns;
}

Written write_csv_codes(const TrainedModel& model, const DataOptions& data, Part part,
                        const fs::path& path) {
  std::optional<formats::CsvWriter> writer;
  const Written written =
      for_each_code_batch(model, data, part, [&](const Dataset& some, const torch::Tensor& codes) {
        if (!writer) {
          auto columns = name_columns(some);
          for (auto& name : code_columns(codes[0].numel())) columns.push_back(std::move(name));
          writer.emplace(path, columns);
        }
        const auto rows = codes.flatten(1);
        for (int64_t i = 0; i < rows.size(0); ++i) {
          if (!some.sample_names.empty()) writer->text(some.sample_names[static_cast<size_t>(i)]);
          if (some.labels.defined()) writer->text(some.label_word(label_at(some, i)));
          writer->numbers(row_of(rows, i));
          writer->end_row();
        }
      });
  writer->commit();
  return written;
}

float number_at(const formats::CsvReader& reader, const std::vector<std::string_view>& cells,
                size_t column) {
  float value = 0;
  const std::string_view cell = cells[column];
  const auto [end, error] = std::from_chars(cell.begin(), cell.end(), value);
  if (error != std::errc() || end != cell.end()) {
    reader.fail(column, "'" + std::string(cell) + "' is not a number");
  }
  return value;
}

}  // namespace

Written write_codes(const TrainedModel& model, const DataOptions& data, Part part,
                    const fs::path& path) {
  if (path.extension() == ".npy") return write_npy_codes(model, data, part, path);
  if (path.extension() == ".csv") return write_csv_codes(model, data, part, path);
  throw std::invalid_argument("'" + path.string() + "': codes are written as .npy or .csv");
}

CodesFile::CodesFile(const fs::path& path, const TrainedModel& model)
    : path_(path),
      code_shape_(model.network->options().code_shape()),
      id_name_(model.table ? model.table->id : Dataset().id_name) {
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
  formats::CsvReader reader(
      path_, {.delimiter = ',', .last_line_must_end = true, .max_columns = kMostColumns});
  const auto& names = reader.names();
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
  if (extra != names.end()) {
    throw std::invalid_argument("'" + path_.string() + "' has a column '" + *extra +
                                "'; the model's codes have " +
                                std::to_string(values_in(code_shape_)) + " numbers");
  }
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == id_name_) {
      id_ = i;
    } else if (std::ranges::find(columns_, i) == columns_.end()) {
      beside_.push_back(i);
    }
  }
  // Names and labels may stand beside the codes; a wrong number is found before anything is made.
  std::vector<std::string_view> cells;
  for (; reader.next(cells); ++size_) {
    for (const size_t column : columns_) number_at(reader, cells, column);
  }
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
    on_batch(codes, {});
  }
}

void CodesFile::read_csv(const OnBatch& on_batch) const {
  formats::CsvReader reader(
      path_, {.delimiter = ',', .last_line_must_end = true, .max_columns = kMostColumns});
  std::vector<float> waiting;
  Dataset of;
  of.id_name = id_name_;
  for (const size_t column : beside_) of.beside.names.push_back(reader.names()[column]);
  const auto flush = [&] {
    if (waiting.empty()) return;
    std::vector<int64_t> shape = code_shape_;
    shape.insert(shape.begin(), static_cast<int64_t>(waiting.size() / columns_.size()));
    on_batch(torch::from_blob(waiting.data(), shape, torch::kFloat32).clone(), of);
    waiting.clear();
    of.sample_names.clear();
    of.beside.rows.clear();
  };
  std::vector<std::string_view> cells;
  while (reader.next(cells)) {
    for (const size_t column : columns_) waiting.push_back(number_at(reader, cells, column));
    if (id_) of.sample_names.emplace_back(cells[*id_]);
    auto& beside = of.beside.rows.emplace_back();
    for (const size_t column : beside_) beside.emplace_back(cells[column]);
    if (waiting.size() == columns_.size() * static_cast<size_t>(kBatch)) flush();
  }
  flush();
}

}  // namespace diabolo
