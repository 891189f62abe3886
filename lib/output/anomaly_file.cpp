#include "lib/output/anomaly_file.hpp"

#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "lib/formats/csv_writer.hpp"
#include "lib/formats/file.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

using nlohmann::ordered_json;

/// File names may be any bytes; what is no UTF-8 is replaced.
std::string text_of(const ordered_json& object) {
  return object.dump(-1, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace);
}

int64_t label_at(const Dataset& dataset, int64_t sample) {
  return dataset.labels[sample].item<int64_t>();
}

std::vector<std::string> csv_columns(const Dataset& dataset, const JudgedAnomalies& judged) {
  std::vector<std::string> names = {"sample"};
  if (!dataset.sample_names.empty()) names.push_back(dataset.id_name);
  if (dataset.labels.defined()) names.push_back(dataset.label_name);
  names.insert(names.end(), {"score", "unusual"});
  if (judged.pca_threshold) names.insert(names.end(), {"pca_score", "pca_unusual"});
  if (!dataset.table) return names;
  for (size_t i = 1; i <= kReasons; ++i) {
    for (const char* const stem : {"column_", "share_", "value_", "usual_"}) {
      names.push_back(stem + std::to_string(i));
    }
  }
  for (const Column& column : dataset.table->columns) names.push_back("part of " + column.name);
  return names;
}

void write_score(formats::CsvWriter& writer, double score, double threshold) {
  const std::array number = {static_cast<float>(score)};
  writer.numbers(number);
  writer.integer(score > threshold ? 1 : 0);
}

void write_reasons(formats::CsvWriter& writer, const Dataset& dataset, const Anomalies& found,
                   int64_t row) {
  const auto reasons = reasons_of(dataset, found, row, kReasons);
  for (const Reason& reason : reasons) {
    const Column& column = dataset.table->columns[reason.column];
    writer.text(column.name);
    const std::array share = {static_cast<float>(reason.share)};
    writer.numbers(share);
    if (column.kind == ColumnKind::kCategory) {
      writer.text(reason.word);
      writer.text(reason.usual_word);
    } else {
      const std::array values = {static_cast<float>(reason.value),
                                 static_cast<float>(reason.usual)};
      writer.numbers(values);
    }
  }
  for (size_t i = 4 * reasons.size(); i < 4 * kReasons; ++i) writer.text("");
  const auto parts = found.columns[row].to(torch::kFloat32).contiguous();
  writer.numbers({parts.const_data_ptr<float>(), static_cast<size_t>(parts.numel())});
}

void write_csv(const Dataset& dataset, const JudgedAnomalies& judged, const fs::path& path) {
  formats::CsvWriter writer(path, csv_columns(dataset, judged));
  const Anomalies& found = judged.found;
  for (int64_t i = 0; i < dataset.size(); ++i) {
    writer.integer(i);
    if (!dataset.sample_names.empty()) writer.text(dataset.sample_names[static_cast<size_t>(i)]);
    if (dataset.labels.defined()) writer.text(dataset.label_word(label_at(dataset, i)));
    write_score(writer, found.scores[i].item<double>(), judged.threshold);
    if (judged.pca_threshold) {
      write_score(writer, found.pca_scores[i].item<double>(), *judged.pca_threshold);
    }
    if (dataset.table) write_reasons(writer, dataset, found, i);
    writer.end_row();
  }
  writer.commit();
}

ordered_json reason_json(const Table& table, const Reason& reason) {
  const Column& column = table.columns[reason.column];
  ordered_json object = {{"name", column.name}, {"share", reason.share}};
  if (column.kind == ColumnKind::kCategory) {
    object["value"] = reason.word;
    object["usual"] = reason.usual_word;
  } else {
    object["value"] = reason.value;
    object["usual"] = reason.usual;
  }
  return object;
}

}  // namespace

void require_anomaly_file(const fs::path& path) {
  if (path.extension() == ".csv" || path.extension() == ".json") return;
  throw std::invalid_argument("'" + path.string() + "': scores are written as .csv or .json");
}

std::string anomaly_json(const Dataset& dataset, const JudgedAnomalies& judged, int64_t sample) {
  const double score = judged.found.scores[sample].item<double>();
  ordered_json object = {{"sample", sample}};
  if (!dataset.sample_names.empty()) {
    object["name"] = dataset.sample_names[static_cast<size_t>(sample)];
  }
  if (dataset.labels.defined()) object["label"] = dataset.label_word(label_at(dataset, sample));
  object["score"] = score;
  object["unusual"] = score > judged.threshold;
  if (judged.pca_threshold) {
    const double by_pca = judged.found.pca_scores[sample].item<double>();
    object["pca_score"] = by_pca;
    object["pca_unusual"] = by_pca > *judged.pca_threshold;
  }
  if (!dataset.table) return text_of(object);
  object["columns"] = ordered_json::array();
  for (const Reason& reason : reasons_of(dataset, judged.found, sample, kReasons)) {
    object["columns"].push_back(reason_json(*dataset.table, reason));
  }
  return text_of(object);
}

void write_anomalies(const Dataset& dataset, const JudgedAnomalies& judged, const fs::path& path) {
  require_anomaly_file(path);
  if (path.extension() == ".csv") {
    write_csv(dataset, judged, path);
    return;
  }
  formats::AtomicFile file(path);
  file.write("[");
  for (int64_t i = 0; i < dataset.size(); ++i) {
    file.write((i == 0 ? "\n" : ",\n") + anomaly_json(dataset, judged, i));
  }
  file.write("\n]\n");
  file.commit();
}

}  // namespace diabolo
