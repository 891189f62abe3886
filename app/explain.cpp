#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/commands.hpp"
#include "app/explain_table.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "app/terminal.hpp"
#include "lib/output/explain_picture.hpp"
#include "models/shape.hpp"

namespace diabolo::app {
namespace {

using nlohmann::ordered_json;

constexpr Rule kRate{"above 0 and below 1", [](double x) { return x > 0 && x < 1; }};

/// "0.28 %"
std::string carried(double share) { return percent(share, share < 0.01 ? 2 : 1); }

/// "ring", "2 rings"
std::string rings_word(const Ring& edge) {
  return edge.last == 1 ? "ring" : std::to_string(edge.last) + " rings";
}

std::string to_json(const ImageExplanation& found) {
  ordered_json object = {
      {"samples", found.samples},       {"occluded_samples", found.occluded_samples},
      {"patch", found.patch},           {"latent", found.units_in_all},
      {"dead_units", found.dead_units}, {"half_of_gradient_in", found.half_gradient},
      {"rings", ordered_json::array()}};
  for (const Ring& ring : found.rings) {
    object["rings"].push_back({{"first", ring.first},
                               {"last", ring.last},
                               {"pixels", ring.pixels},
                               {"gradient", ring.gradient},
                               {"occlusion", ring.occlusion}});
  }
  return object.dump(2);
}

std::string line(const std::string& name, const std::string& pixels, const std::string& gradient,
                 const std::string& occlusion) {
  std::ostringstream text;
  text << "  " << std::left << std::setw(18) << name << std::right << std::setw(11) << pixels
       << std::setw(11) << gradient << std::setw(12) << occlusion << "\n";
  return text.str();
}

std::string to_text(const ImageExplanation& found, const std::string& title) {
  std::string text = title + ": importance of pixels to the code, over " +
                     with_commas(found.samples) + " images\n\n" +
                     line("pixels from edge", "of all", "gradient", "occlusion");
  for (const Ring& ring : found.rings) {
    const std::string last = ring.last == ring.first ? "" : " to " + std::to_string(ring.last);
    text += line(std::to_string(ring.first) + last, carried(ring.pixels), carried(ring.gradient),
                 carried(ring.occlusion));
  }
  const Ring& edge = found.rings.front();
  text += "\nThe outermost " + rings_word(edge) + " of pixels, " + carried(edge.pixels) +
          " of the image, carry " + carried(edge.gradient) +
          " of the importance by\ngradient and " + carried(edge.occlusion) + " by occlusion (" +
          with_commas(found.occluded_samples) + " images, a patch of " +
          std::to_string(found.patch) + " covered). Half of it, by\ngradient, lies in " +
          carried(found.half_gradient) + " of the pixels.\n";
  if (found.dead_units > 0) {
    text += "Code units that are the same for every image: " + std::to_string(found.dead_units) +
            " of " + std::to_string(found.units_in_all) + "\n";
  }
  return text;
}

}  // namespace

int run_explain(Arguments arguments) {
  std::string model_path;
  std::string out = "explain.png";
  DataOptions data;
  int64_t count = 16;
  double rate = 0.01;
  bool json = false;
  bool overwrite = false;
  Flags flags(
      "explain", "MODEL [DATA]",
      "Images: how much each pixel matters to the code, by the gradient of the code (Sobol' &\n"
      "Kucherenko 2009) and by covering a patch (Zeiler & Fergus 2014); what each number of the\n"
      "code draws; the weights of the first layer. One picture, and figures from edge to middle.\n"
      "Tables: which columns each number of the code carries (integrated gradients, Sundararajan "
      "et\n"
      "al. 2017, and what is lost when a column is shuffled), which columns follow from others, "
      "and\n"
      "whether in a straight line. Every claim is tested against shuffled data (--fdr).\n"
      "Without DATA: the test part of the data that the model was trained on, or its rows.");
  flags.word("MODEL", model_path, /*required=*/true);
  flags.word("DATA", data.data, /*required=*/false);
  flags.add_fields(data, kTrainingFields);
  flags.add("out", "picture to write", out);
  flags.add("count", "code units to draw, and weights, at most", count, kDrawable);
  flags.add("fdr", "tables: share of the claims that may be wrong", rate, kRate);
  flags.add_switch("json", "print the figures as one JSON object", json);
  flags.add_switch("overwrite", "replace the picture if it is there", overwrite);
  if (!flags.parse(arguments)) return kDone;
  require_free(out, overwrite);
  const ModelAndData loaded = load_model_and_data(model_path, data);
  if (loaded.model.table) {
    if (flags.given("count")) throw std::invalid_argument("--count is for images; drop it");
    const bool own = data.data.empty();
    const std::string title = own ? data_title(loaded.model.data) : loaded.title;
    return explain_table(loaded, title, rate, out, json);
  }
  if (flags.given("fdr")) throw std::invalid_argument("--fdr is for tables; drop it");
  const ImageExplanation found = explain_images(loaded.model, loaded.data, count);
  const auto values = values_in(loaded.model.network->options().sample_shape);
  draw_explanation(found,
                   loaded.title + ": what a code of " + std::to_string(found.units_in_all) +
                       " numbers takes from " + std::to_string(values) + " values",
                   out);
  std::cout << (json ? to_json(found) + "\n" : to_text(found, loaded.title));
  std::cerr << "wrote " << out << "\n";
  return kDone;
}

}  // namespace diabolo::app
