#include <algorithm>
#include <optional>

#include "lib/formats/csv_reader.hpp"
#include "lib/formats/file.hpp"
#include "lib/training/config.hpp"
#include "lib/training/run_folder.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMaxSummaryBytes = 1 << 20;

/// The cells of a row by the names of their columns.
class NamedCells {
 public:
  explicit NamedCells(const fs::path& path) : reader_(path) {}
  bool next() { return reader_.next(cells_); }

  /// Leaves `value` as it is where the cell is empty or there is no such column.
  template <typename T>
  void read(const std::string& name, T& value) const {
    const auto found = std::ranges::find(reader_.names(), name);
    if (found == reader_.names().end()) return;
    const auto column = static_cast<size_t>(found - reader_.names().begin());
    if (cells_[column].empty()) return;
    try {
      from_text(cells_[column], value);
    } catch (const std::invalid_argument& error) {
      reader_.fail(column, error.what());
    }
  }

 private:
  formats::CsvReader reader_;
  std::vector<std::string_view> cells_;
};

}  // namespace

std::vector<EpochReport> RunFolder::read_metrics() const {
  std::vector<EpochReport> epochs;
  const fs::path path = path_ / "metrics.csv";
  if (!fs::exists(path)) return epochs;
  NamedCells row(path);
  while (row.next()) {
    EpochReport& epoch = epochs.emplace_back();
    row.read("epoch", epoch.epoch);
    row.read("train_loss", epoch.train_loss);
    row.read("validation_loss", epoch.validation_loss);
    row.read("validation_mse", epoch.validation_mse);
    row.read("learning_rate", epoch.learning_rate);
    row.read("seconds", epoch.seconds);
    row.read("samples_per_second", epoch.samples_per_second);
    row.read("constant_units", epoch.code.constant);
    row.read("duplicate_units", epoch.code.duplicate);
  }
  return epochs;
}

std::optional<RunSummary> RunFolder::read_summary() const {
  const fs::path path = path_ / "summary.json";
  if (!fs::exists(path)) return {};
  ConfigTexts texts = read_json(formats::read_file(path, kMaxSummaryBytes), path.string());
  RunSummary summary;
  take_fields(texts, summary, path.string());
  return summary;
}

}  // namespace diabolo
