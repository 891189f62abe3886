#include <iostream>
#include <stdexcept>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "app/terminal.hpp"
#include "lib/analysis/compress.hpp"
#include "lib/formats/code_file.hpp"
#include "lib/output/sample_sink.hpp"

namespace diabolo::app {
namespace {

/// What stands beside decoded samples: their labels.
Dataset beside(const TrainedModel& model, const torch::Tensor& labels) {
  Dataset of;
  of.labels = labels;
  if (model.table && !model.table->label.empty()) {
    of.label_name = model.table->label;
    of.label_words = model.table->label_levels;
  }
  return of;
}

}  // namespace

int run_decompress(Arguments arguments) {
  std::string model_path, path, out;
  int64_t first = 0;
  std::optional<int64_t> count;
  bool overwrite = false;
  Flags flags(
      "decompress", "MODEL FILE --out OUT",
      "Samples again, of a file that compress wrote with the same model. Images: .png draws the\n"
      "first 100 in one picture, .npy and .csv hold the values in [0, 1], any other name becomes "
      "a\n"
      "folder of PNGs. Tables: .csv or .npy, in the units of the table. --first and --count take\n"
      "some of them, and nothing is decoded but the blocks of 256 that those lie in. A file that\n"
      "was changed in any byte is refused.");
  flags.word("MODEL", model_path, /*required=*/true);
  flags.word("FILE", path, /*required=*/true);
  flags.add("out", "picture.png, samples.npy, samples.csv or a folder", out);
  flags.add("first", "number of the first sample to decode, from 0", first, kAtLeastZero);
  flags.add("count", "samples to decode; auto: all that follow", count, kAtLeastOne);
  flags.add_switch("overwrite", "replace what is there", overwrite);
  if (!flags.parse(arguments)) return kDone;
  require_place_for_samples(out, overwrite);
  const TrainedModel model = load_model(model_path);
  const auto file = formats::read_code_file(path);
  const int64_t wanted = count.value_or(std::max<int64_t>(file.samples - first, 1));
  const auto sink = make_sink(out, model, wanted);
  decompress(model, file, path, first, wanted,
             [&](const torch::Tensor& samples, const torch::Tensor& labels) {
               const Dataset of = beside(model, labels);
               sink->add(samples, &of);
             });
  sink->finish();
  std::cout << out << ": " << counted(wanted, "sample") << "\n";
  return kDone;
}

}  // namespace diabolo::app
