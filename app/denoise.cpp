#include "app/denoise.hpp"

#include <iostream>

#include "app/commands.hpp"
#include "app/evaluation_report.hpp"
#include "app/flags.hpp"
#include "app/terminal.hpp"
#include "lib/data/image_io.hpp"
#include "lib/output/pictures.hpp"

namespace diabolo::app {
namespace {

constexpr Rule kTileSide{"32 to 16384", [](double x) { return x >= 32 && x <= 16384; }};

torch::Tensor picture(const ModelAndData& loaded, const DenoiseRequest& request) {
  const int64_t count = std::min(request.count, loaded.data.size());
  const Comparison shown = compare(loaded.model, loaded.data, 0, count, request.noise,
                                   static_cast<uint64_t>(request.seed));
  const auto row = [&](const std::string& title, const torch::Tensor& images) {
    return PictureRow{title, images, captions_of(psnr(images, shown.clean), 1, " dB")};
  };
  std::vector<PictureRow> rows = {{"clean", shown.clean, {}}};
  rows.push_back(row("noisy", shown.input));
  if (shown.pca.defined()) rows.push_back(row("PCA", shown.pca));
  rows.push_back(row("cleaned", shown.model));
  return side_by_side(loaded.title + ": noise " + to_text(request.noise) + "; PSNR below each",
                      rows);
}

/// Clean data: adds noise, cleans it, and says how well.
int show_on_noise(const DenoiseRequest& request) {
  const std::string out = request.out.empty() ? "denoised.png" : request.out;
  require_free(out, request.overwrite);
  const ModelAndData loaded = load_model_and_data(request.model, request.data);
  require_images(loaded.model, "denoise");
  warn_beyond_training(loaded.model, request.noise);
  write_png(out, picture(loaded, request));
  const Findings findings{.errors = evaluate(loaded.model, loaded.data, request.noise,
                                             static_cast<uint64_t>(request.seed)),
                          .codes = {},
                          .stability = {},
                          .on_training_rows = false,
                          .chose_epoch = false};
  std::cout << (request.json ? findings_json(findings) + "\n"
                             : findings_text(findings, loaded.title));
  std::cerr << "wrote " << out << "\n";
  return kDone;
}

void add_flags(Flags& flags, DenoiseRequest& request) {
  flags.word("MODEL", request.model, /*required=*/true);
  flags.word("DATA", request.data.data, /*required=*/false);
  flags.more_words(request.more_files);
  flags.add_fields(request.data, kAllButImageFields);
  flags.add("out", "picture to write (denoised.png), or folder of cleaned images", request.out);
  flags.add("tile", "side of the overlapping tiles that a large image is cleaned in", request.tile,
            kTileSide);
  flags.add_switch("overwrite", "replace files that are there", request.overwrite);
  flags.group("Noise");
  flags.add("noise",
            "kind and level of the noise, as in train; the noisy image is clipped to [0, 1]",
            request.noise);
  flags.add("seed", "of the noise", request.seed, kAtLeastZero);
  flags.add("count", "samples to draw", request.count, kDrawable);
  flags.add_switch("json", "print the errors as one JSON object", request.json);
  flags.group("Comparison");
  flags.add("panel", "picture of what each makes of the noisy samples", request.panel);
  flags.add("levels",
            "noises to compare on, as 0.1,0.3 of the kind of --noise, or gaussian:0.1,mask:0.3",
            request.levels);
  flags.add("samples", "samples to compare on, from the first", request.samples, kAtLeastOne);
  flags.add("csv", "file to write the comparison to", request.csv);
}

/// An option that would be without effect: say so at once.
void check_flags(const Flags& flags, const DenoiseRequest& request) {
  const auto refuse = [&](std::initializer_list<const char*> names, const std::string& why) {
    for (const char* name : names) {
      if (flags.given(name)) throw std::invalid_argument("--" + std::string(name) + " " + why);
    }
  };
  const bool compares = !request.panel.empty() || !request.levels.empty() || !request.csv.empty();
  const bool noisy = !request.noise.none();
  if (noisy || compares) {
    refuse({"tile"}, "is for noisy images that are given; drop it, or --noise");
    if (request.more_files.empty()) {
      if (!compares) refuse({"samples"}, "goes with --panel, --levels or --csv; drop it");
      if (compares) refuse({"out"}, "does not go with --panel, --levels or --csv; drop it");
      if (!request.panel.empty() && !noisy) {
        throw std::invalid_argument("--panel needs --noise, as gaussian:0.3");
      }
      if (!request.csv.empty() && !noisy && request.levels.empty()) {
        throw std::invalid_argument("--csv needs --noise or --levels");
      }
      return;
    }
    throw std::invalid_argument("--noise takes one DATA; found " +
                                std::to_string(request.more_files.size() + 1));
  }
  refuse({"seed", "count", "json", "samples"}, "goes with --noise; drop it");
}

}  // namespace

void warn_beyond_training(const TrainedModel& model, const Noise& noise) {
  const std::string why = beyond_training(noise, model.training.noise);
  if (!why.empty()) warn(why);
}

int run_denoise(Arguments arguments) {
  DenoiseRequest request;
  Flags flags(
      "denoise", "MODEL [DATA …]",
      "With --noise: adds noise to clean images, cleans them, draws clean, noisy, PCA and\n"
      "cleaned side by side, and prints PSNR and SSIM over all samples; with --panel or --levels\n"
      "beside the filters that one would use instead. Without: the images given are noisy (PNG,\n"
      "JPEG, PNM); each cleaned one is written to the folder --out, in its own format and depth.");
  add_flags(flags, request);
  if (!flags.parse(arguments)) return kDone;
  check_flags(flags, request);
  if (!request.panel.empty() || !request.levels.empty() || !request.csv.empty()) {
    return compare_with_filters(request);
  }
  return request.noise.none() ? clean_given(request) : show_on_noise(request);
}

}  // namespace diabolo::app
