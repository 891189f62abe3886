#include <iostream>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "app/terminal.hpp"
#include "lib/output/codes.hpp"
#include "models/shape.hpp"

namespace diabolo::app {

int run_encode(Arguments arguments) {
  std::string model_path;
  DataOptions data;
  std::string out;
  bool overwrite = false;
  Flags flags(
      "encode", "MODEL [DATA] --out FILE",
      "Writes the code of every sample: .npy for numpy (float32 [N, K]), or .csv with names\n"
      "and labels beside where there are any. A named data set of images gives its test part;\n"
      "without DATA, the data that the model was trained on. Works in batches: memory does not\n"
      "grow with the data.");
  flags.word("MODEL", model_path, /*required=*/true);
  flags.word("DATA", data.data, /*required=*/false);
  flags.add_fields(data, kTrainingFields);
  flags.add("out", "file to write, .npy or .csv", out);
  flags.add_switch("overwrite", "replace the file if it is there", overwrite);
  if (!flags.parse(arguments)) return kDone;
  if (out.empty()) throw std::invalid_argument("--out is missing: codes.npy or codes.csv");
  require_free(out, overwrite);
  const TrainedModel model = load_model(model_path);
  data = data_for(model, data);
  const Written written = write_codes(model, data, Part::kTest, out);
  warn_of_dropped(data, written.dropped);
  std::cout << out << ": codes of " << counted(written.samples, "sample") << " ("
            << data_title(data) << "), shape [" << shape_text(model.network->options().code_shape())
            << "] each\n";
  return kDone;
}

int run_decode(Arguments arguments) {
  std::string model_path;
  std::string codes_path;
  std::string out;
  bool overwrite = false;
  Flags flags(
      "decode", "MODEL CODES --out FILE",
      "Turns codes, from encode or from numpy, back into samples. Images: .png draws the first\n"
      "100 in one picture, .npy and .csv hold the values in [0, 1], any other name becomes a\n"
      "folder of PNGs. Tables: .csv or .npy, in the units of the table. A .csv keeps what stands\n"
      "beside the codes in one.");
  flags.word("MODEL", model_path, /*required=*/true);
  flags.word("CODES", codes_path, /*required=*/true);
  flags.add("out", "picture.png, samples.npy, samples.csv or a folder", out);
  flags.add_switch("overwrite", "replace what is there", overwrite);
  if (!flags.parse(arguments)) return kDone;
  require_place_for_samples(out, overwrite);
  const TrainedModel model = load_model(model_path);
  const CodesFile codes(codes_path, model);
  write_decoded(model, codes, out);
  std::cout << out << ": " << counted(codes.size(), "decoded sample") << "\n";
  return kDone;
}

}  // namespace diabolo::app
