#include <iostream>
#include <stdexcept>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "lib/analysis/code_quality.hpp"
#include "lib/data/split.hpp"
#include "lib/output/traversal_picture.hpp"

namespace diabolo::app {
namespace {

constexpr int64_t kCodes = 5'000;  // That say where a unit lies, at most.
constexpr int64_t kImageUnits = 10, kTableUnits = 3;
constexpr int64_t kImageSteps = 11, kTableSteps = 25, kMapSteps = 20;
constexpr Rule kSteps{"2 to 100", [](double x) { return x >= 2 && x <= 100; }};

struct Request {
  std::string out = "traverse.png";
  std::optional<int64_t> count, steps;
};

/// What was drawn, for a person.
std::string draw(const TrainedModel& model, const std::string& name, const torch::Tensor& codes,
                 const Request& request) {
  const std::string title = name + ": ";
  if (!model.table && codes.size(1) == 2) {
    const auto map = code_map(model, codes, request.steps.value_or(kMapSteps));
    draw_code_map(map, title + "what the decoder makes of each code", request.out);
    const auto side = std::to_string(map.x.size());
    return "codes of two numbers, decoded as a map of " + side + " by " + side + " images";
  }
  const UnitVariances variances = unit_variances(codes);
  if (variances.live.empty()) {
    throw std::runtime_error(
        "every number of the code is the same for all samples, so none can "
        "be walked along");
  }
  const auto most =
      static_cast<size_t>(request.count.value_or(model.table ? kTableUnits : kImageUnits));
  std::vector<Traversal> units;
  for (const int64_t unit : variances.live) {
    if (units.size() == most) break;
    units.push_back(traverse(model, codes, unit,
                             request.steps.value_or(model.table ? kTableSteps : kImageSteps)));
  }
  if (model.table) {
    draw_traversals(units, variances.shares, *model.table,
                    title + "the columns as one number of the code changes", request.out);
  } else {
    draw_traversals(units, variances.shares,
                    title +
                        "one number of the code from its 1st to its 99th percentile; its value "
                        "below",
                    request.out);
  }
  return std::to_string(units.size()) + " of " + std::to_string(codes.size(1)) +
         " code units, each from its 1st to its 99th percentile, the others at their mean";
}

}  // namespace

int run_traverse(Arguments arguments) {
  std::string model_path;
  DataOptions data;
  Request request;
  bool overwrite = false;
  Flags flags(
      "traverse", "MODEL [DATA]",
      "Draws what the decoder makes of a code as one of its numbers goes from its 1st to its 99th\n"
      "percentile and the others stay at their mean: images, or the columns of a table as lines.\n"
      "Images of a code of two numbers become a map of all pairs. DATA say where the codes lie;\n"
      "without them the data that the model was trained on.");
  flags.word("MODEL", model_path, /*required=*/true);
  flags.word("DATA", data.data, /*required=*/false);
  flags.add_fields(data, kTrainingFields);
  flags.add("out", "picture to write", request.out);
  flags.add("count", "code units to draw, those that vary most (images 10, tables 3)",
            request.count, kDrawable);
  flags.add("steps", "values of a unit (images 11, tables 25, a map 20 each way)", request.steps,
            kSteps);
  flags.add_switch("overwrite", "replace the picture if it is there", overwrite);
  if (!flags.parse(arguments)) return kDone;
  require_free(request.out, overwrite);
  const ModelAndData loaded = load_model_and_data(model_path, data);
  require_same_shape(loaded.model, loaded.all);
  const auto codes = codes_of(loaded.model, drawn_samples(loaded.all, kCodes).samples);
  const std::string name = data_title(data_for(loaded.model, data));
  const std::string drawn = draw(loaded.model, name, codes, request);
  std::cout << request.out << ": " << drawn << "\n";
  return kDone;
}

}  // namespace diabolo::app
