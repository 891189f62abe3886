#include <algorithm>
#include <iostream>
#include <stdexcept>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "lib/formats/messages.hpp"
#include "lib/output/sample_sink.hpp"
#include "lib/output/traversal_picture.hpp"

namespace diabolo::app {
namespace {

constexpr Rule kSteps{"2 to 100", [](double x) { return x >= 2 && x <= 100; }};

/// Where a sample stands: its name in the file, or its number from 0.
int64_t find_sample(const std::string& option, const std::string& text, const Dataset& dataset) {
  const auto& names = dataset.sample_names;
  const auto named = std::ranges::find(names, text);
  if (named != names.end()) return named - names.begin();
  int64_t index = -1;
  try {
    from_text(text, index);
  } catch (const std::invalid_argument&) {
    index = -1;
  }
  if (index >= 0 && index < dataset.size()) return index;
  const std::string guess = nearest(text, names);
  throw std::invalid_argument(
      option + ": no sample " + formats::in_quotes(text) +
      (guess.empty() ? "" : "; did you mean " + formats::in_quotes(guess) + "?") +
      " (a number from 0 to " + std::to_string(dataset.size() - 1) +
      (names.empty() ? ")" : ", or the name of a row or file)"));
}

/// "17 (label 3)", or a name.
std::string described(const Dataset& dataset, int64_t at) {
  const auto index = static_cast<size_t>(at);
  std::string text =
      dataset.sample_names.empty() ? std::to_string(at) : dataset.sample_names[index];
  if (dataset.labels.defined()) {
    text += " (" + dataset.label_word(dataset.labels[at].item<int64_t>()) + ")";
  }
  return text;
}

}  // namespace

int run_interpolate(Arguments arguments) {
  std::string model_path;
  std::string from;
  std::string to;
  std::string out;
  DataOptions data;
  int64_t steps = 11;
  bool overwrite = false;
  Flags flags(
      "interpolate", "MODEL [DATA]",
      "The way from one sample to another on a straight line between their codes, decoded; of\n"
      "images a picture, below it the same way between their pixels; of a table a file of rows.\n"
      "Without DATA: the test part of the data that the model was trained on, or all of its rows.");
  flags.word("MODEL", model_path, /*required=*/true);
  flags.word("DATA", data.data, /*required=*/false);
  flags.add_fields(data, kTrainingFields);
  flags.add("from", "the first sample: its number, from 0, or its name", from);
  flags.add("to", "the last sample", to);
  flags.add("steps", "samples on the way, both ends among them", steps, kSteps);
  flags.add("out", "picture to write (interpolation.png); of a table .csv or .npy", out);
  flags.add_switch("overwrite", "replace the file if it is there", overwrite);
  if (!flags.parse(arguments)) return kDone;
  if (from.empty() || to.empty()) {
    throw std::invalid_argument("give --from and --to, the numbers or names of two samples");
  }
  const ModelAndData loaded = load_model_and_data(model_path, data);
  const TrainedModel& model = loaded.model;
  const Dataset& dataset = loaded.all;
  if (out.empty()) out = model.table ? "interpolation.csv" : "interpolation.png";
  require_free(out, overwrite);
  require_same_shape(model, dataset);
  const int64_t first = find_sample("--from", from, dataset);
  const int64_t last = find_sample("--to", to, dataset);
  const auto ends = to_unit(dataset.select({first, last}).samples);
  const Interpolation way = interpolate(model, ends[0], ends[1], steps);
  const std::string what = "from " + described(dataset, first) + " to " + described(dataset, last);
  if (model.table) {
    const auto sink = make_sink(out, model, steps);
    sink->add(way.decoded.contiguous(), nullptr);
    sink->finish();
  } else {
    draw_interpolation(way, loaded.title + ": " + what, out);
  }
  std::cout << out << ": " << what << " in " << steps << " steps between their codes\n";
  return kDone;
}

}  // namespace diabolo::app
