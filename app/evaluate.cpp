#include <iostream>

#include "app/commands.hpp"
#include "app/evaluation_report.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"

namespace diabolo::app {

int run_evaluate(Arguments arguments) {
  std::string model;
  DataOptions data;
  Noise noise;
  int64_t seed = 0;
  int64_t stability = 0;
  bool json = false;
  Flags flags(
      "evaluate", "MODEL [DATA]",
      "How good a model is, PCA with as many numbers beside it. Errors of reconstructions, means\n"
      "over the samples: MSE per value, squared error per sample; of images PSNR in dB, SSIM and\n"
      "binary cross-entropy; of tables R2, against the means of these rows as scikit-learn's\n"
      "r2_score, and the error of each column in its own units; cells that were empty count in\n"
      "none. Of the codes: where there are labels, leave-one-out 5-NN accuracy and a linear\n"
      "classifier's (5 folds), and the trustworthiness of the picture. Without DATA: the test "
      "part\n"
      "of the data that it was trained on, or what training kept apart.");
  flags.word("MODEL", model, /*required=*/true);
  flags.word("DATA", data.data, /*required=*/false);
  flags.add_fields(data, kTrainingFields);
  flags.add("noise", "noise on the input, as in train; errors stay against the clean samples",
            noise);
  flags.add("seed", "of the noise", seed, kAtLeastZero);
  flags.add("stability", "train so many other seeds and say how much the picture changes",
            stability, kAtLeastZero);
  flags.add_switch("json", "print one JSON object", json);
  if (!flags.parse(arguments)) return kDone;
  if (stability > 0 && !data.data.empty()) {
    throw std::invalid_argument("--stability trains on the model's own data; leave DATA out");
  }
  DataOptions own;
  own.data_dir = data.data_dir;
  const ModelAndData loaded = load_model_and_data(model, data);
  Findings findings{
      .errors = evaluate(loaded.model, loaded.data, noise, static_cast<uint64_t>(seed)),
      .codes = {},
      .stability = {},
      .on_training_rows = loaded.on_training_rows,
      .chose_epoch = loaded.chose_epoch};
  if (noise.none()) findings.codes = code_quality(loaded.model, loaded.all);
  if (stability > 0) {
    findings.stability = stability_of(loaded.model, data_for(loaded.model, own), stability);
  }
  std::cout << (json ? findings_json(findings) + "\n" : findings_text(findings, loaded.title));
  return kDone;
}

}  // namespace diabolo::app
