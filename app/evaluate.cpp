#include <iostream>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"

namespace diabolo::app {

int run_evaluate(Arguments arguments) {
  std::string model;
  DataOptions data;
  Noise noise;
  int64_t seed = 0;
  bool json = false;
  Flags flags(
      "evaluate", "MODEL [DATA]",
      "Errors of a model's reconstructions, means over the samples: MSE per value, squared\n"
      "error per sample, PSNR in dB, SSIM, binary cross-entropy. Beside them: PCA with as\n"
      "many numbers, and the mean training sample. Without DATA: the test part of the data\n"
      "that it was trained on.");
  flags.word("MODEL", model, /*required=*/true);
  flags.word("DATA", data.data, /*required=*/false);
  flags.add_fields(data, {"data"});
  flags.add("noise", "noise on the input, as in train; errors stay against the clean samples",
            noise);
  flags.add("seed", "of the noise", seed, kAtLeastZero);
  flags.add_switch("json", "print one JSON object", json);
  if (!flags.parse(arguments)) return kDone;
  const ModelAndData loaded = load_model_and_data(model, data);
  const Evaluation evaluation =
      evaluate(loaded.model, loaded.data, noise, static_cast<uint64_t>(seed));
  std::cout << (json ? evaluation_json(evaluation) + "\n"
                     : evaluation_table(evaluation, loaded.title));
  return kDone;
}

}  // namespace diabolo::app
