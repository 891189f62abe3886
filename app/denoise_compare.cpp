#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "app/commands.hpp"
#include "app/denoise.hpp"
#include "app/terminal.hpp"
#include "lib/analysis/cleaning.hpp"
#include "lib/data/image_io.hpp"
#include "lib/formats/csv_writer.hpp"
#include "lib/output/pictures.hpp"

namespace diabolo::app {
namespace {

/// "0.1,0.2,mask:0.3": a level alone is one of the kind that --noise names.
std::vector<Noise> noises_of(const DenoiseRequest& request) {
  if (request.levels.empty()) return {request.noise};
  std::vector<Noise> noises;
  std::istringstream words(request.levels);
  for (std::string word; std::getline(words, word, ',');) {
    if (word.find(':') == std::string::npos) {
      if (request.noise.parts.size() != 1) {
        throw std::invalid_argument("--levels: '" + word + "' needs its kind, as gaussian:" + word +
                                    ", or one kind in --noise");
      }
      word = to_text(request.noise.parts[0].kind) + ":" + word;
    }
    try {
      from_text(word, noises.emplace_back());
    } catch (const std::invalid_argument& error) {
      throw std::invalid_argument("--levels: " + std::string(error.what()));
    }
  }
  return noises;
}

/// What filters are tuned on, and PCA is fitted to.
Dataset training_images(const TrainedModel& model, const DenoiseRequest& request) {
  DataOptions data = model.data;
  data.data_dir = request.data.data_dir;
  try {
    return load_data(data, Part::kTrain);
  } catch (const std::exception& error) {
    throw std::invalid_argument("the filters are tuned on the model's training data: " +
                                std::string(error.what()));
  }
}

std::string cells(const std::optional<double>& psnr, const std::optional<double>& ssim) {
  return (psnr ? fixed(*psnr, 2) : "-") + " " + (ssim ? fixed(*ssim, 3) : "-");
}

std::string table_text(const std::vector<CleaningFigures>& rows) {
  constexpr int kFirst = 24;
  constexpr int kGap = 3;
  constexpr size_t kNarrowest = 11;  // "30.12 0.972"
  std::ostringstream text;
  text << "  " << std::left << std::setw(kFirst) << "PSNR in dB, SSIM" << std::right;
  const auto width = [&](const std::string& name) {
    return static_cast<int>(std::max(kNarrowest, name.size())) + kGap;
  };
  for (const auto& [name, figures] : rows.front().of) text << std::setw(width(name)) << name;
  for (const auto& row : rows) {
    text << "\n  " << std::left << std::setw(kFirst) << to_text(row.noise) << std::right;
    for (const auto& [name, figures] : row.of) {
      text << std::setw(width(name)) << cells(figures.psnr, figures.ssim);
    }
  }
  return text.str() + "\n";
}

std::string table_json(const std::vector<CleaningFigures>& rows, int64_t samples) {
  nlohmann::ordered_json object = {{"samples", samples}};
  for (const auto& row : rows) {
    nlohmann::ordered_json of;
    for (const auto& [name, figures] : row.of) {
      of[name] = {{"mse", figures.mse}};
      if (figures.psnr) of[name]["psnr"] = *figures.psnr;
      if (figures.ssim) of[name]["ssim"] = *figures.ssim;
    }
    object["levels"].push_back({{"noise", to_text(row.noise)}, {"by", of}});
  }
  return object.dump(2) + "\n";
}

void write_csv(const std::string& path, const std::vector<CleaningFigures>& rows) {
  const std::vector<std::string> columns = {"noise", "by", "mse", "psnr", "ssim"};
  formats::CsvWriter writer(path, columns);
  const auto text = [](const std::optional<double>& value) { return value ? to_text(*value) : ""; };
  for (const auto& row : rows) {
    for (const auto& [name, figures] : row.of) {
      const std::vector<std::string> fields = {to_text(row.noise), name, to_text(figures.mse),
                                               text(figures.psnr), text(figures.ssim)};
      writer.row(fields);
    }
  }
  writer.commit();
}

torch::Tensor panel(const Cleaners& cleaners, const ModelAndData& loaded,
                    const DenoiseRequest& request) {
  const int64_t count = std::min(request.count, loaded.data.size());
  const CleanedImages shown = clean_some(cleaners, loaded.data, 0, count, request.noise,
                                         static_cast<uint64_t>(request.seed));
  const bool with_ssim = shown.clean.size(2) >= kSsimWindow && shown.clean.size(3) >= kSsimWindow;
  std::vector<PictureRow> rows = {{"clean", shown.clean, {}}};
  for (const auto& [name, images] : shown.by) {
    auto captions = captions_of(psnr(images, shown.clean), 1, " dB");
    if (with_ssim) {
      const auto more = captions_of(ssim(images, shown.clean), 2, "");
      for (size_t i = 0; i < captions.size(); ++i) captions[i] += "  " + more[i];
    }
    rows.push_back({name, images, captions});
  }
  return side_by_side(loaded.title + ": noise " + to_text(request.noise) +
                          (with_ssim ? "; PSNR and SSIM below each" : "; PSNR below each"),
                      rows);
}

}  // namespace

int compare_with_filters(const DenoiseRequest& request) {
  const std::vector<Noise> noises = noises_of(request);
  if (!request.panel.empty()) require_free(request.panel, request.overwrite);
  if (!request.csv.empty()) require_free(request.csv, request.overwrite);
  const ModelAndData loaded = load_model_and_data(request.model, request.data);
  require_images(loaded.model, "denoise");
  const Dataset train = training_images(loaded.model, request);
  const auto seed = static_cast<uint64_t>(request.seed);
  const Cleaners cleaners(loaded.model, train, seed);
  std::vector<CleaningFigures> rows;
  for (const Noise& noise : noises) {
    warn_beyond_training(loaded.model, noise);
    rows.push_back(compare_cleaners(cleaners, loaded.data, request.samples, noise, seed));
  }
  const int64_t samples = std::min(request.samples, loaded.data.size());
  std::cout << (request.json
                    ? table_json(rows, samples)
                    : loaded.title + ": the first " + with_commas(samples) +
                          " samples; filters are tuned on training data\n" + table_text(rows));
  if (!request.csv.empty()) write_csv(request.csv, rows);
  if (!request.panel.empty()) write_png(request.panel, panel(cleaners, loaded, request));
  for (const auto& file : {request.csv, request.panel}) {
    if (!file.empty()) std::cerr << "wrote " << file << "\n";
  }
  return kDone;
}

}  // namespace diabolo::app
