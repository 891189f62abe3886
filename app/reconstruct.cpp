#include <iostream>

#include "app/commands.hpp"
#include "app/evaluation_report.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "app/terminal.hpp"
#include "lib/output/codes.hpp"
#include "lib/output/pictures.hpp"
#include "lib/training/config.hpp"
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

/// The rows of a table as the model rebuilds them.
void write_table(const TrainedModel& model, DataOptions data, const std::string& out, bool json) {
  data = data_for(model, data);
  const Written written = write_reconstructed(model, data, Part::kTest, out);
  warn_of_dropped(data, written.dropped);
  if (json) {
    std::cout << to_json({{"file", "", out}, {"samples", "", written.samples}}) << "\n";
    return;
  }
  std::cout << out << ": " << counted(written.samples, "row") << " of " << data_title(data)
            << ", rebuilt\n";
}

}  // namespace

int run_reconstruct(Arguments arguments) {
  std::string model_path;
  DataOptions data;
  std::string out;
  int64_t count = 10;
  bool json = false;
  bool overwrite = false;
  Flags flags(
      "reconstruct", "MODEL [DATA]",
      "Images: draws originals over their reconstructions, PCA's beside them and what is off, and\n"
      "prints the errors over all samples. Tables: writes every row as the model rebuilds it, in\n"
      "the units of the table, categories as words, whole numbers not rounded; columns that do "
      "not\n"
      "vary as they are. Without DATA: the test part of the data that the model was trained on, "
      "or\n"
      "all of its rows.");
  flags.word("MODEL", model_path, /*required=*/true);
  flags.word("DATA", data.data, /*required=*/false);
  flags.add_fields(data, kTrainingFields);
  flags.add("out", "picture to write (reconstruction.png); of a table .csv or .npy", out);
  flags.add("count", "images to draw", count, kDrawable);
  flags.add_switch("json", "print the errors, or of a table what was written, as one JSON object",
                   json);
  flags.add_switch("overwrite", "replace the file if it is there", overwrite);
  if (!flags.parse(arguments)) return kDone;
  const TrainedModel model = load_model(model_path);
  if (out.empty()) out = model.table ? "reconstruction.csv" : "reconstruction.png";
  require_free(out, overwrite);
  if (model.table) {
    write_table(model, data, out, json);
    return kDone;
  }
  const ModelAndData loaded = load_model_and_data(model_path, data);
  write_png(out, picture(loaded, std::min(count, loaded.data.size())));
  const Findings findings{.errors = evaluate(loaded.model, loaded.data),
                          .codes = {},
                          .stability = {},
                          .on_training_rows = loaded.on_training_rows,
                          .chose_epoch = loaded.chose_epoch};
  std::cout << (json ? findings_json(findings) + "\n" : findings_text(findings, loaded.title));
  std::cerr << "wrote " << out << "\n";
  return kDone;
}

}  // namespace diabolo::app
