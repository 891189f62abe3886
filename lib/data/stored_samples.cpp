#include "lib/data/stored_samples.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "lib/data/idx_images.hpp"
#include "lib/data/table_reader.hpp"
#include "lib/data/table_source.hpp"
#include "lib/formats/gzip.hpp"
#include "lib/formats/npy.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

class StoredImages : public StoredSamples {
 public:
  explicit StoredImages(const fs::path& path)
      : file_(path), shape_(formats::IdxReader(path).shape()) {}

  torch::Tensor read(int64_t begin, int64_t count) const override {
    auto images = torch::empty({count, 1, shape_[1], shape_[2]}, torch::kUInt8);
    const int64_t each = values_in({shape_.begin() + 1, shape_.end()});
    const uint64_t first = file_.size() - static_cast<uint64_t>((shape_[0] - begin) * each);
    file_.read_at(first, static_cast<char*>(images.data_ptr()), images.nbytes());
    return images;
  }

 private:
  formats::InputFile file_;
  std::vector<int64_t> shape_;  ///< [N, H, W]
};

/// The columns of `table`, of an NPY file.
class StoredTable : public StoredSamples {
 public:
  StoredTable(const DataOptions& options, std::shared_ptr<const Table> table)
      : name_(options.data),
        filled_(options.missing == Missing::kMean),
        table_(std::move(table)),
        file_(options.data),
        width_(file_.header().shape[1]) {
    const auto names = npy_columns(width_);
    for (const Column& column : table_->columns) {
      places_.push_back(std::ranges::find(names, column.name) - names.begin());
    }
  }

  torch::Tensor read(int64_t begin, int64_t count) const override {
    auto rows = torch::empty({count, width_});
    file_.read_floats_at(static_cast<uint64_t>(begin * width_),
                         {rows.data_ptr<float>(), static_cast<size_t>(rows.numel())});
    if (std::ssize(places_) < width_) {
      rows = rows.index_select(1, torch::tensor(places_, torch::kInt64));
    }
    require_usable(rows, begin);
    scale_rows(*table_, rows);
    return rows;
  }

 private:
  void require_usable(const torch::Tensor& rows, int64_t begin) const {
    // Every sum of which one part is NaN or infinite is so, too.
    if (std::isfinite(rows.sum().item<float>())) return;
    const auto values = rows.accessor<float, 2>();
    for (int64_t i = 0; i < values.size(0); ++i) {
      for (int64_t k = 0; k < values.size(1); ++k) {
        const float value = values[i][k];
        if (std::isfinite(value) || (filled_ && std::isnan(value))) continue;
        fail_in_npy(name_, begin + i + 1, table_->columns[static_cast<size_t>(k)].name,
                    std::isinf(value) ? kInfiniteValue
                                      : "a missing value (NaN); give --missing mean, or --read "
                                        "whole and --missing drop");
      }
    }
  }

  std::string name_;
  bool filled_;
  std::shared_ptr<const Table> table_;
  formats::NpyReader file_;
  int64_t width_;
  std::vector<int64_t> places_;
};

}  // namespace

std::optional<FileRows> rows_in_file(const DataOptions& options) {
  const Located found = locate(options, Part::kTrain);
  if (found.kind == Located::kIdx) {
    if (formats::is_gzip(formats::InputFile(found.files[0]).first_bytes(2))) return {};
    const auto shape = formats::IdxReader(found.files[0]).shape();
    if (shape.size() != 3) return {};
    return FileRows{.rows = shape[0], .bytes_each = values_in({shape.begin() + 1, shape.end()})};
  }
  if (found.kind != Located::kTable || !is_npy_name(found.table.data)) return {};
  const auto shape = formats::NpyReader(found.table.data).header().shape;
  if (shape.size() != 2 || shape[1] < 1) return {};
  return FileRows{.rows = shape[0], .bytes_each = shape[1] * static_cast<int64_t>(sizeof(float))};
}

std::shared_ptr<const StoredSamples> open_stored(const DataOptions& options,
                                                 const std::shared_ptr<const Table>& known) {
  const Located found = locate(options, Part::kTrain);
  if (known) return std::make_shared<StoredTable>(found.table, known);
  return std::make_shared<StoredImages>(found.files.at(0));
}

Dataset load_rows(const DataOptions& options, const RowRanges& rows) {
  const Located found = locate(options, Part::kTrain);
  Dataset dataset;
  if (found.kind == Located::kTable) {
    dataset = read_table(found.table, &rows);
  } else {
    const StoredImages file(found.files.at(0));
    std::vector<torch::Tensor> images, labels;
    const torch::Tensor all = IdxImages(found.files[0]).labels();
    for (const RowRange& range : rows) {
      images.push_back(file.read(range.begin, range.size()));
      if (all.defined()) labels.push_back(all.narrow(0, range.begin, range.size()));
    }
    dataset.samples = torch::cat(images);
    if (all.defined()) dataset.labels = torch::cat(labels);
  }
  dataset.name = options.data;
  return dataset;
}

}  // namespace diabolo
