#include <filesystem>
#include <iostream>
#include <set>

#include "app/commands.hpp"
#include "app/evaluation_report.hpp"
#include "app/flags.hpp"
#include "app/results.hpp"
#include "lib/output/export.hpp"
#include "lib/output/pictures.hpp"
#include "lib/output/sample_sink.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

struct DenoiseRequest {
  std::string model;
  DataOptions data;
  std::vector<std::string> more_files;
  std::string out;
  Noise noise;
  int64_t seed = 0;
  int64_t count = 10;
  bool json = false;
  bool overwrite = false;
};

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

/// 000012.png for images that come from one file; their own names otherwise.
std::string output_name(const Dataset& data, int64_t index) {
  if (!data.sample_names.empty()) return data.sample_names[static_cast<size_t>(index)];
  return numbered_png(index);
}

Dataset load_noisy(const DenoiseRequest& request, const TrainedModel& model) {
  const DataOptions data = data_for(model, request.data);
  if (request.more_files.empty()) return load_data(data, Part::kTest);
  std::vector<fs::path> files = {data.data};
  files.insert(files.end(), request.more_files.begin(), request.more_files.end());
  return read_images(files, data.image_size());
}

/// Files of one name from two folders would replace each other.
void require_different_names(const Dataset& data) {
  std::set<std::string> seen;
  for (const auto& name : data.sample_names) {
    if (seen.insert(name).second) continue;
    throw std::invalid_argument("two of the images are called '" + name +
                                "'; clean them one folder at a time");
  }
}

void write_cleaned(const TrainedModel& model, const Dataset& data, const fs::path& folder) {
  constexpr int64_t kBatch = 256;
  require_same_shape(model, data);
  for (int64_t begin = 0; begin < data.size(); begin += kBatch) {
    const int64_t count = std::min(kBatch, data.size() - begin);
    const auto noisy = to_unit(data.samples.narrow(0, begin, count));
    const auto cleaned = run_part(model, ModelPart::kAutoencoder, noisy);
    const auto bytes = cleaned.clamp(0, 1).mul(255).round().to(torch::kUInt8);
    for (int64_t i = 0; i < count; ++i) {
      write_png(folder / output_name(data, begin + i), bytes[i]);
    }
  }
}

/// Images that are noisy already: writes each cleaned one.
int clean_given(const DenoiseRequest& request) {
  if (request.data.data.empty()) {
    throw std::invalid_argument(
        "give the noisy images to clean, or --noise to try the model on "
        "clean data with noise added");
  }
  if (request.out.empty()) {
    throw std::invalid_argument("--out is missing: the folder that cleaned images are written to");
  }
  const TrainedModel model = load_model(request.model);
  require_images(model, "denoise");
  const Dataset data = load_noisy(request, model);
  require_different_names(data);
  for (int64_t i = 0; i < data.size(); ++i) {
    require_free((fs::path(request.out) / output_name(data, i)).string(), request.overwrite);
  }
  write_cleaned(model, data, request.out);
  std::cout << "cleaned " << data.size() << " image" << (data.size() == 1 ? "" : "s") << " into "
            << request.out << "\n";
  return kDone;
}

}  // namespace

int run_denoise(Arguments arguments) {
  DenoiseRequest request;
  Flags flags(
      "denoise", "MODEL [DATA …]",
      "With --noise: adds noise to clean images, cleans them, draws clean, noisy, PCA and\n"
      "cleaned side by side, and prints PSNR and SSIM over all samples. Without: the images\n"
      "given are noisy; each cleaned one is written to the folder --out.");
  flags.word("MODEL", request.model, /*required=*/true);
  flags.word("DATA", request.data.data, /*required=*/false);
  flags.more_words(request.more_files);
  flags.add_fields(request.data, kAllButImageFields);
  flags.add("out", "picture to write (denoised.png), or folder of cleaned images", request.out);
  flags.add("noise",
            "gaussian:SIGMA or gaussian:LOW-HIGH, sigma in units of pixels from 0 to 1; the noisy "
            "image is clipped to [0, 1]",
            request.noise);
  flags.add("seed", "of the noise", request.seed, kAtLeastZero);
  flags.add("count", "samples to draw", request.count, kDrawable);
  flags.add_switch("json", "print the errors as one JSON object", request.json);
  flags.add_switch("overwrite", "replace files that are there", request.overwrite);
  if (!flags.parse(arguments)) return kDone;
  if (!request.noise.none() && !request.more_files.empty()) {
    throw std::invalid_argument("--noise takes one DATA; found " +
                                std::to_string(request.more_files.size() + 1));
  }
  if (!request.noise.none()) return show_on_noise(request);
  for (const char* name : {"seed", "count", "json"}) {
    if (!flags.given(name)) continue;
    throw std::invalid_argument("--" + std::string(name) + " goes with --noise; drop it");
  }
  return clean_given(request);
}

}  // namespace diabolo::app
