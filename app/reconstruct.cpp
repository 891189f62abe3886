#include <iostream>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "app/terminal.hpp"
#include "lib/output/pictures.hpp"
#include "models/shape.hpp"

namespace diabolo::app {
namespace {

torch::Tensor picture(const ModelAndData& loaded, int64_t count) {
  const Comparison shown = compare(loaded.model, loaded.data, 0, count);
  const int64_t code = values_in(loaded.model.network->options().code_shape());
  const auto row = [&](const std::string& title, const torch::Tensor& images) {
    const auto mse = squared_errors(images, shown.clean) / static_cast<double>(images[0].numel());
    return PictureRow{title, images, captions_of(mse, 4, "")};
  };
  std::vector<PictureRow> rows = {{"original", shown.clean, {}}};
  rows.push_back(row("rebuilt", shown.model));
  if (shown.pca.defined()) rows.push_back(row("PCA", shown.pca));
  rows.push_back({"|rebuilt - original|", (shown.model - shown.clean).abs(), {}});
  return side_by_side(
      loaded.title + ": rebuilt from " + std::to_string(code) + " numbers a sample; MSE below each",
      rows);
}

}  // namespace

int run_reconstruct(Arguments arguments) {
  std::string model;
  DataOptions data;
  std::string out = "reconstruction.png";
  int64_t count = 10;
  bool json = false;
  bool overwrite = false;
  Flags flags(
      "reconstruct", "MODEL [DATA]",
      "Draws originals over their reconstructions, PCA's beside them and what is off, and\n"
      "prints the errors over all samples. Without DATA: the test part of the data that the\n"
      "model was trained on.");
  flags.word("MODEL", model, /*required=*/true);
  flags.word("DATA", data.data, /*required=*/false);
  flags.add_fields(data, {"data"});
  flags.add("out", "picture to write", out);
  flags.add("count", "samples to draw", count, kDrawable);
  flags.add_switch("json", "print the errors as one JSON object", json);
  flags.add_switch("overwrite", "replace the picture if it is there", overwrite);
  if (!flags.parse(arguments)) return kDone;
  require_free(out, overwrite);
  const ModelAndData loaded = load_model_and_data(model, data);
  write_png(out, picture(loaded, std::min(count, loaded.data.size())));
  const Evaluation evaluation = evaluate(loaded.model, loaded.data);
  std::cout << (json ? evaluation_json(evaluation) + "\n"
                     : evaluation_table(evaluation, loaded.title));
  std::cerr << "wrote " << out << "\n";
  return kDone;
}

}  // namespace diabolo::app
