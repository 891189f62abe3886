#include <iostream>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "app/terminal.hpp"
#include "lib/output/code_scatter.hpp"
#include "models/shape.hpp"

namespace diabolo::app {

int run_scatter(Arguments arguments) {
  std::string model_path;
  std::string out = "scatter.png";
  std::string colour;
  DataOptions data;
  bool overwrite = false;
  Flags flags(
      "scatter", "MODEL [DATA]",
      "Draws the codes as points, PCA's beside them: 1, 2 or 3 numbers as axes, of longer codes\n"
      "the two with the most variance. Coloured by label where there is one, or by a column.\n"
      "Without DATA: the test part of the data that the model was trained on, or all of its rows.");
  flags.word("MODEL", model_path, /*required=*/true);
  flags.word("DATA", data.data, /*required=*/false);
  flags.add("out", "picture to write", out);
  flags.add("colour", "column of the table to colour by, an input of the model or not", colour);
  flags.add_fields(data, kTrainingFields);
  flags.add_switch("overwrite", "replace the picture if it is there", overwrite);
  if (!flags.parse(arguments)) return kDone;
  require_free(out, overwrite);
  const TrainedModel model = load_model(model_path);
  data = data_for(model, data);
  const Dataset dataset = load_data(data, Part::kTest, model.table);
  warn_of_dropped(data, dataset.dropped);
  const auto values = std::to_string(values_in(model.network->options().sample_shape));
  const auto code = std::to_string(values_in(model.network->options().code_shape()));
  draw_codes(model, dataset, colours_of(dataset, data, colour),
             data_title(data) + ": " + values + " values to " + code, out);
  std::cout << out << ": codes of " << counted(dataset.size(), "sample") << " (" << data_title(data)
            << ")\n";
  return kDone;
}

}  // namespace diabolo::app
