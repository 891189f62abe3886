#include <algorithm>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "app/anomaly_report.hpp"
#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "lib/data/split.hpp"
#include "lib/output/anomaly_picture.hpp"

namespace diabolo::app {
namespace {

constexpr Rule kQuantile{"above 0 and below 1", [](double x) { return x > 0 && x < 1; }};

struct Request {
  std::string model, out, picture, curve, anomaly;
  DataOptions data;
  double quantile = 0.99;
  int64_t count = 10;
  bool json = false, overwrite = false;
};

/// What is usual to a model whose file does not say it: of the data that it was trained on.
Usual usual_from_data(const TrainedModel& model, const Request& request) {
  try {
    DataOptions own;
    own.data_dir = request.data.data_dir;
    own = data_for(model, own);
    Dataset all = load_data(own, Part::kTrain, model.table);
    require_same_shape(model, all);
    const double share = model.training.validation.value_or(0);
    if (share == 0) return find_usual(model, all, {});
    const Split split =
        split_in_place(std::move(all), share, static_cast<uint64_t>(model.training.seed));
    return find_usual(model, split.train, split.validation);
  } catch (const std::exception& error) {
    throw std::invalid_argument("'" + request.model +
                                "' does not hold the scores of usual samples (it is of an earlier "
                                "program, or its training did not end), and the data that it was "
                                "trained on cannot be read: " +
                                error.what());
  }
}

/// [N] bool: the samples with one of the labels "a" or "a,b,c".
torch::Tensor with_label(const Dataset& dataset, const std::string& wanted) {
  if (!dataset.labels.defined()) {
    throw std::invalid_argument("--anomaly " + wanted + ": '" + dataset.name +
                                "' has no labels; name their column with --label");
  }
  std::vector<std::string> words, known;
  std::istringstream stream(wanted);
  for (std::string word; std::getline(stream, word, ',');) words.push_back(word);
  auto found = torch::zeros({dataset.size()}, torch::kBool);
  std::vector<std::string> used;
  for (int64_t i = 0; i < dataset.size(); ++i) {
    const std::string word = dataset.label_word(dataset.labels[i].item<int64_t>());
    if (std::ranges::find(known, word) == known.end()) known.push_back(word);
    // A label may hold a comma itself.
    if (word == wanted || std::ranges::find(words, word) != words.end()) found[i] = true;
  }
  std::ranges::sort(known);
  for (const auto& word : words) {
    const bool there = std::ranges::find(known, word) != known.end() ||
                       std::ranges::find(known, wanted) != known.end();
    if (!there) throw std::invalid_argument("--anomaly: " + unknown_word("label", word, known));
  }
  if (found.all().item<bool>()) {
    throw std::invalid_argument("--anomaly " + wanted +
                                ": every sample has this label; there is "
                                "nothing to tell it from");
  }
  return found;
}

void check(const Request& request) {
  if (!request.out.empty()) require_anomaly_file(request.out);
  for (const auto& path : {request.out, request.picture, request.curve}) {
    if (!path.empty()) require_free(path, request.overwrite);
  }
  if (!request.curve.empty() && request.anomaly.empty()) {
    throw std::invalid_argument("--curve needs --anomaly LABEL: which samples are to be found");
  }
}

AnomalyFindings find(TrainedModel& model, const Dataset& dataset, const Request& request) {
  if (!model.network->options().decodes_alone()) {
    throw std::invalid_argument(
        "'" + request.model +
        "' has skips or gives its input less what it decodes: it would rebuild what is unusual as "
        "well; train one without --skip and --residual");
  }
  if (!model.usual.known()) model.usual = usual_from_data(model, request);
  AnomalyFindings findings;
  findings.usual = model.usual;
  findings.quantile = request.quantile;
  findings.judged.found = find_anomalies(model, dataset);
  const Anomalies& found = findings.judged.found;
  findings.judged.threshold = threshold(model.usual.model, request.quantile);
  if (model.usual.pca) {
    findings.judged.pca_threshold = threshold(*model.usual.pca, request.quantile);
  }
  findings.worst = found.scores.argsort(/*stable=*/true, 0, /*descending=*/true)
                       .slice(0, 0, std::min(request.count, dataset.size()))
                       .contiguous();
  if (request.anomaly.empty()) return findings;
  findings.anomaly = request.anomaly;
  findings.wanted = with_label(dataset, request.anomaly);
  findings.model = rank(found.scores, findings.wanted);
  if (found.pca_scores.defined()) findings.pca = rank(found.pca_scores, findings.wanted);
  return findings;
}

void write_files(const TrainedModel& model, const Dataset& dataset, const AnomalyFindings& findings,
                 const Request& request, const std::string& title) {
  if (!request.out.empty()) write_anomalies(dataset, findings.judged, request.out);
  if (!request.picture.empty()) {
    draw_anomalies(model, dataset, findings.judged, findings.worst,
                   title + ": the most unusual of " + std::to_string(dataset.size()) +
                       (model.table ? " rows" : " images; the score below each"),
                   request.picture);
  }
  if (!request.curve.empty()) {
    draw_rankings(*findings.model, findings.pca ? &*findings.pca : nullptr,
                  title + ": how well scores tell " + findings.anomaly + " from the others",
                  request.curve);
  }
  for (const auto& path : {request.out, request.picture, request.curve}) {
    if (!path.empty()) std::cerr << "wrote " << path << "\n";
  }
}

void add_flags(Flags& flags, Request& request) {
  flags.word("MODEL", request.model, /*required=*/true);
  flags.word("DATA", request.data.data, /*required=*/false);
  flags.add_fields(request.data, kTrainingFields);
  flags.add("quantile", "of the usual scores: what is above it is flagged", request.quantile,
            kQuantile);
  flags.add("anomaly", "label of the samples that are to be found, or several: a,b",
            request.anomaly);
  flags.add("count", "samples to print, and to draw", request.count, kDrawable);
  flags.add("out", "write the score of every sample, .csv or .json", request.out);
  flags.add("picture", "PNG to draw the most unusual ones in", request.picture);
  flags.add("curve", "PNG to draw ROC and precision-recall in; with --anomaly", request.curve);
  flags.add_switch("json", "print one JSON object", request.json);
  flags.add_switch("overwrite", "replace files that are there", request.overwrite);
}

}  // namespace

int run_anomalies(Arguments arguments) {
  Request request;
  Flags flags(
      "anomalies", "MODEL [DATA]",
      "How unusual each sample is: the mean squared error against the nearest usual sample, which\n"
      "is what the decoder makes of a code whose numbers are kept between the 10th and the 90th\n"
      "percentile of training samples. Pixels run from 0 to 1; of a table 1 is the error of an\n"
      "average training row, column by column. What scores above the --quantile of the samples\n"
      "that training kept apart is flagged. Of a table the columns that add most explain each "
      "row.\n"
      "PCA's score, found in the same way, stands beside. Train on usual samples alone. Without\n"
      "DATA: the test part of the data that the model was trained on, or all of its rows.");
  add_flags(flags, request);
  if (!flags.parse(arguments)) return kDone;
  check(request);
  ModelAndData loaded = load_model_and_data(request.model, request.data);
  const Dataset& dataset = loaded.all;
  AnomalyFindings findings = find(loaded.model, dataset, request);
  const bool own = request.data.data.empty() && loaded.model.table;
  if (own) {
    const bool apart = loaded.model.training.validation.value_or(0) > 0;
    findings.training_rows = dataset.size() - (apart ? loaded.data.size() : 0);
    loaded.title = data_title(loaded.model.data);
  }
  write_files(loaded.model, dataset, findings, request, loaded.title);
  std::cout << (request.json ? anomalies_json(dataset, findings) + "\n"
                             : anomalies_text(dataset, findings, loaded.title));
  return kDone;
}

}  // namespace diabolo::app
