#include "app/anomaly_report.hpp"

#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/terminal.hpp"

namespace diabolo::app {
namespace {

using nlohmann::ordered_json;

std::string line(const std::string& name, const std::vector<std::string>& cells) {
  std::ostringstream text;
  text << "  " << std::left << std::setw(20) << name << std::right;
  for (const auto& cell : cells) text << std::setw(12) << cell;
  return text.str() + "\n";
}

std::string row_of(const std::string& name, const torch::Tensor& scores, double threshold,
                   const AnomalyFindings& findings, const std::optional<Ranking>& ranking) {
  std::vector<std::string> cells = {significant(threshold),
                                    with_commas(flagged(scores, threshold))};
  if (ranking) {
    const auto others = findings.wanted.logical_not();
    const auto share = [&](const torch::Tensor& among) {
      return percent(static_cast<double>(flagged(scores, threshold, among)) /
                     among.sum().item<double>());
    };
    cells.insert(cells.end(), {share(findings.wanted), share(others), fixed(ranking->auroc, 4),
                               fixed(ranking->average_precision, 4)});
  }
  return line(name, cells);
}

std::string figures_text(const AnomalyFindings& findings) {
  std::vector<std::string> heads = {"threshold", "flagged"};
  if (findings.model) {
    heads.insert(heads.end(), {"found", "others", "AUROC", "av. prec."});
  }
  const JudgedAnomalies& judged = findings.judged;
  std::string text = line("", heads) + row_of("this model", judged.found.scores, judged.threshold,
                                              findings, findings.model);
  if (judged.pca_threshold) {
    text += row_of("PCA, same code size", judged.found.pca_scores, *judged.pca_threshold, findings,
                   findings.pca);
  }
  if (findings.model) {
    text += "found, others: of the samples labelled " + findings.anomaly +
            " and of the others, the share that is flagged\n";
  }
  return text;
}

/// Where the threshold comes from, and what speaks against it.
std::string threshold_text(const AnomalyFindings& findings) {
  const Usual& usual = findings.usual;
  std::string text = "threshold: the " + to_text(findings.quantile) +
                     " quantile of the scores of " + with_commas(usual.samples) +
                     (usual.kept_apart ? " samples that training kept apart\n"
                                       : " samples that it was trained on\n");
  if (!usual.kept_apart) {
    text +=
        "A network knows the samples that it was trained on, so others score higher: expect more\n"
        "to be flagged than should be.\n";
  }
  const int64_t least = least_samples(findings.quantile);
  if (usual.samples < least) {
    text += "So few scores hold no such quantile, which takes " + with_commas(least) +
            " or more: the threshold is close to the\ngreatest of them.\n";
  }
  return text;
}

std::string reason_text(const Table& table, const Reason& reason) {
  const Column& column = table.columns[reason.column];
  const bool word = column.kind == ColumnKind::kCategory;
  return column.name + " " + percent(reason.share) + " (" +
         (word ? reason.word : significant(reason.value)) + ", usual " +
         (word ? reason.usual_word : significant(reason.usual)) + ")";
}

std::string worst_text(const Dataset& dataset, const AnomalyFindings& findings) {
  std::string text = "\nthe most unusual";
  text += dataset.table ? ", with the columns that add most to the score\n" : "\n";
  for (int64_t i = 0; i < findings.worst.numel(); ++i) {
    const auto sample = findings.worst[i].item<int64_t>();
    std::string name = std::to_string(sample);
    if (!dataset.sample_names.empty()) name = dataset.sample_names[static_cast<size_t>(sample)];
    if (dataset.labels.defined()) {
      name += " (" + dataset.label_word(dataset.labels[sample].item<int64_t>()) + ")";
    }
    text += line(name, {significant(findings.judged.found.scores[sample].item<double>())});
    if (!dataset.table) continue;
    for (const Reason& reason : reasons_of(dataset, findings.judged.found, sample, kReasons)) {
      text += "      " + reason_text(*dataset.table, reason) + "\n";
    }
  }
  return text;
}

ordered_json figures_json(const torch::Tensor& scores, double threshold,
                          const AnomalyFindings& findings, const std::optional<Ranking>& ranking) {
  ordered_json object = {{"threshold", threshold}, {"flagged", flagged(scores, threshold)}};
  if (!ranking) return object;
  object["found"] = flagged(scores, threshold, findings.wanted);
  object["others"] = flagged(scores, threshold, findings.wanted.logical_not());
  object["auroc"] = ranking->auroc;
  object["average_precision"] = ranking->average_precision;
  return object;
}

}  // namespace

int64_t flagged(const torch::Tensor& scores, double threshold, const torch::Tensor& among) {
  const auto above = scores > threshold;
  return (among.defined() ? above & among : above).sum().item<int64_t>();
}

std::string anomalies_json(const Dataset& dataset, const AnomalyFindings& findings) {
  const JudgedAnomalies& judged = findings.judged;
  ordered_json object = {{"samples", dataset.size()},
                         {"quantile", findings.quantile},
                         {"usual_samples", findings.usual.samples},
                         {"kept_apart", findings.usual.kept_apart},
                         {"training_rows", findings.training_rows}};
  if (findings.wanted.defined()) {
    object["anomaly"] = findings.anomaly;
    object["anomalies"] = findings.wanted.sum().item<int64_t>();
  }
  object["model"] = figures_json(judged.found.scores, judged.threshold, findings, findings.model);
  if (judged.pca_threshold) {
    object["pca"] =
        figures_json(judged.found.pca_scores, *judged.pca_threshold, findings, findings.pca);
  }
  object["worst"] = ordered_json::array();
  for (int64_t i = 0; i < findings.worst.numel(); ++i) {
    object["worst"].push_back(
        ordered_json::parse(anomaly_json(dataset, judged, findings.worst[i].item<int64_t>())));
  }
  return object.dump(2, ' ', /*ensure_ascii=*/false, ordered_json::error_handler_t::replace);
}

std::string anomalies_text(const Dataset& dataset, const AnomalyFindings& findings,
                           const std::string& title) {
  std::string text = title + ": " + counted(dataset.size(), "sample") + "\n" +
                     figures_text(findings) + threshold_text(findings);
  if (findings.training_rows > 0) {
    text += "The model was trained on " + with_commas(findings.training_rows) +
            " of these samples, which score lower for it.\n";
  }
  return text + worst_text(dataset, findings);
}

}  // namespace diabolo::app
