#include "lib/output/sample_sink.hpp"

#include <optional>
#include <stdexcept>

#include "lib/data/image_io.hpp"
#include "lib/formats/csv_writer.hpp"
#include "lib/formats/npy.hpp"
#include "lib/output/pictures.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kPictured = 100;
constexpr int64_t kPictureColumns = 10;

class NpySink : public SampleSink {
 public:
  NpySink(const fs::path& path, const std::vector<int64_t>& shape,
          std::shared_ptr<const Table> table)
      : writer_(path, formats::Dtype::kF32, shape), table_(std::move(table)) {}
  void add(const torch::Tensor& samples, const Dataset* /*of*/) override {
    const auto values = table_ ? unscale_rows(*table_, samples).contiguous() : samples;
    writer_.write({static_cast<const char*>(values.const_data_ptr()), values.nbytes()});
  }
  void finish() override { writer_.commit(); }

 private:
  formats::NpyWriter writer_;
  std::shared_ptr<const Table> table_;
};

/// CSV with the names of samples in front of their values, what goes along and labels behind.
class CsvSink : public SampleSink {
 public:
  explicit CsvSink(fs::path path) : path_(std::move(path)) {}
  void finish() override {
    if (writer_) writer_->commit();
  }

 protected:
  /// The file, whose columns are known with the first samples.
  formats::CsvWriter& writer(const std::vector<std::string>& values, const Dataset* of) {
    if (writer_) return *writer_;
    std::vector<std::string> names;
    if (named(of)) names.push_back(of->id_name);
    names.insert(names.end(), values.begin(), values.end());
    if (of != nullptr) {
      names.insert(names.end(), of->beside.names.begin(), of->beside.names.end());
    }
    if (labelled(of)) names.push_back(of->label_name);
    return writer_.emplace(path_, names);
  }

  void begin_row(const Dataset* of, int64_t row) {
    if (named(of)) writer_->text(of->sample_names[static_cast<size_t>(row)]);
  }

  void end_row(const Dataset* of, int64_t row) {
    if (of != nullptr && !of->beside.names.empty()) {
      for (const auto& cell : of->beside.rows[static_cast<size_t>(row)]) writer_->text(cell);
    }
    if (labelled(of)) {
      writer_->text(of->label_word(of->labels.const_data_ptr<int64_t>()[row]));
    }
    writer_->end_row();
  }

 private:
  static bool named(const Dataset* of) { return of != nullptr && !of->sample_names.empty(); }
  static bool labelled(const Dataset* of) { return of != nullptr && of->labels.defined(); }

  fs::path path_;
  std::optional<formats::CsvWriter> writer_;
};

class PixelSink : public CsvSink {
 public:
  PixelSink(const fs::path& path, const std::vector<int64_t>& shape)
      : CsvSink(path), columns_(columns(shape)) {}
  void add(const torch::Tensor& samples, const Dataset* of) override {
    auto& file = writer(columns_, of);
    const auto rows = samples.flatten(1);
    const auto width = static_cast<size_t>(rows.size(1));
    const float* row = rows.const_data_ptr<float>();
    for (int64_t i = 0; i < rows.size(0); ++i, row += width) {
      begin_row(of, i);
      file.numbers(std::span(row, width));
      end_row(of, i);
    }
  }

 private:
  /// pixel_ROW_COLUMN for grey images; channel_C_ROW_COLUMN otherwise.
  static std::vector<std::string> columns(const std::vector<int64_t>& shape) {
    std::vector<std::string> names;
    for (int64_t c = 0; c < shape[1]; ++c) {
      const std::string stem = shape[1] == 1 ? "pixel_" : "channel_" + std::to_string(c) + "_";
      for (int64_t i = 0; i < shape[2] * shape[3]; ++i) {
        names.push_back(stem + std::to_string(i / shape[3]) + "_" + std::to_string(i % shape[3]));
      }
    }
    return names;
  }
  std::vector<std::string> columns_;
};

class FolderSink : public SampleSink {
 public:
  explicit FolderSink(fs::path folder) : folder_(std::move(folder)) {}
  void add(const torch::Tensor& samples, const Dataset* /*of*/) override {
    const auto bytes = samples.clamp(0, 1).mul(255).round().to(torch::kUInt8);
    for (int64_t i = 0; i < bytes.size(0); ++i) {
      write_png(folder_ / numbered_png(next_++), bytes[i]);
    }
  }
  void finish() override {}

 private:
  fs::path folder_;
  int64_t next_ = 0;
};

class PictureSink : public SampleSink {
 public:
  explicit PictureSink(fs::path path) : path_(std::move(path)) {}
  void add(const torch::Tensor& samples, const Dataset* /*of*/) override {
    count_ += samples.size(0);
    if (kept_.defined() && kept_.size(0) >= kPictured) return;
    kept_ = kept_.defined() ? torch::cat({kept_, samples}) : samples.clone();
  }
  void finish() override {
    const auto shown = kept_.narrow(0, 0, std::min(kPictured, kept_.size(0)));
    std::string title = std::to_string(count_) + " decoded codes";
    if (count_ > shown.size(0)) {
      title = "the first " + std::to_string(shown.size(0)) + " of " + title;
    }
    write_png(path_, image_grid(title, shown, kPictureColumns));
  }

 private:
  fs::path path_;
  torch::Tensor kept_;
  int64_t count_ = 0;
};

/// Rows in the units of the file, categories as words.
class TableSink : public CsvSink {
 public:
  TableSink(fs::path path, std::shared_ptr<const Table> table)
      : CsvSink(std::move(path)), table_(std::move(table)) {
    for (const Column& column : table_->columns) columns_.push_back(column.name);
  }
  void add(const torch::Tensor& samples, const Dataset* of) override {
    auto& file = writer(columns_, of);
    const auto values = unscale_rows(*table_, samples).contiguous();
    std::vector<torch::Tensor> levels(table_->columns.size());
    for (size_t i = 0; i < levels.size(); ++i) {
      if (!table_->columns[i].levels.empty()) levels[i] = levels_of(*table_, values, i);
    }
    for (int64_t row = 0; row < values.size(0); ++row) {
      begin_row(of, row);
      add_cells(file, values, levels, row);
      end_row(of, row);
    }
  }

 private:
  void add_cells(formats::CsvWriter& file, const torch::Tensor& values,
                 const std::vector<torch::Tensor>& levels, int64_t row) const {
    const float* cell = values.const_data_ptr<float>() + row * values.size(1);
    for (size_t i = 0; i < levels.size(); ++i) {
      const Column& column = table_->columns[i];
      if (column.levels.empty()) {
        file.numbers({cell, 1});
      } else {
        const int64_t level = levels[i].const_data_ptr<int64_t>()[row];
        file.text(column.levels[static_cast<size_t>(level)]);
      }
      cell += column.width();
    }
  }

  std::shared_ptr<const Table> table_;
  std::vector<std::string> columns_;
};

}  // namespace

std::unique_ptr<SampleSink> make_sink(const fs::path& path, const TrainedModel& model,
                                      int64_t count) {
  std::vector<int64_t> shape = model.network->options().sample_shape;
  shape.insert(shape.begin(), count);
  const std::string ending = path.extension().string();
  if (ending == ".npy") return std::make_unique<NpySink>(path, shape, model.table);
  if (model.table && ending == ".csv") return std::make_unique<TableSink>(path, model.table);
  if (model.table) {
    throw std::invalid_argument("'" + path.string() +
                                "': rows of a table are written as .csv or .npy");
  }
  if (ending == ".csv") return std::make_unique<PixelSink>(path, shape);
  if (ending == ".png") return std::make_unique<PictureSink>(path);
  return std::make_unique<FolderSink>(path);
}

std::string numbered_png(int64_t index) {
  constexpr size_t kDigits = 6;
  const std::string digits = std::to_string(index);
  return std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits + ".png";
}

}  // namespace diabolo
