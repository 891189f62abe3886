#include <torch/utils.h>

#include <memory>
#include <stdexcept>

#include "lib/data/image_io.hpp"
#include "lib/formats/csv_writer.hpp"
#include "lib/formats/npy.hpp"
#include "lib/output/codes.hpp"
#include "lib/output/pictures.hpp"
#include "models/shape.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kPictured = 100;
constexpr int64_t kPictureColumns = 10;

/// Where decoded samples go, batch after batch.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void add(const torch::Tensor& samples) = 0;  ///< [n, C, H, W] float32.
  virtual void finish() = 0;
};

class NpySink : public Sink {
 public:
  NpySink(const fs::path& path, const std::vector<int64_t>& shape)
      : writer_(path, formats::Dtype::kF32, shape) {}
  void add(const torch::Tensor& samples) override {
    writer_.write({static_cast<const char*>(samples.const_data_ptr()), samples.nbytes()});
  }
  void finish() override { writer_.commit(); }

 private:
  formats::NpyWriter writer_;
};

class CsvSink : public Sink {
 public:
  CsvSink(const fs::path& path, const std::vector<int64_t>& shape)
      : writer_(path, columns(shape)) {}
  void add(const torch::Tensor& samples) override {
    const auto rows = samples.flatten(1);
    for (int64_t i = 0; i < rows.size(0); ++i) {
      writer_.row(std::span(rows[i].const_data_ptr<float>(), static_cast<size_t>(rows.size(1))));
    }
  }
  void finish() override { writer_.commit(); }

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
  formats::CsvWriter writer_;
};

class FolderSink : public Sink {
 public:
  explicit FolderSink(fs::path folder) : folder_(std::move(folder)) {}
  void add(const torch::Tensor& samples) override {
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

class PictureSink : public Sink {
 public:
  explicit PictureSink(fs::path path) : path_(std::move(path)) {}
  void add(const torch::Tensor& samples) override {
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

std::unique_ptr<Sink> make_sink(const fs::path& path, std::vector<int64_t> shape, int64_t count) {
  shape.insert(shape.begin(), count);
  if (path.extension() == ".npy") return std::make_unique<NpySink>(path, shape);
  if (path.extension() == ".csv") return std::make_unique<CsvSink>(path, shape);
  if (path.extension() == ".png") return std::make_unique<PictureSink>(path);
  return std::make_unique<FolderSink>(path);
}

}  // namespace

std::string numbered_png(int64_t index) {
  constexpr size_t kDigits = 6;
  const std::string digits = std::to_string(index);
  return std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits + ".png";
}

void write_decoded(const TrainedModel& model, const CodesFile& codes, const fs::path& path) {
  if (codes.size() == 0) throw std::invalid_argument("there are no codes to decode");
  const torch::NoGradGuard no_grad;
  Autoencoder network = model.network;
  const auto sink = make_sink(path, network->options().sample_shape, codes.size());
  codes.for_each_batch([&](const torch::Tensor& batch) {
    sink->add(network->decode(batch).contiguous(torch::MemoryFormat::Contiguous));
  });
  sink->finish();
}

}  // namespace diabolo
