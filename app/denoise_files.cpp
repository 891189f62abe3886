#include <filesystem>
#include <iostream>
#include <optional>
#include <set>

#include "app/commands.hpp"
#include "app/denoise.hpp"
#include "app/terminal.hpp"
#include "lib/data/image_file.hpp"
#include "lib/data/image_io.hpp"
#include "lib/output/clean_image.hpp"
#include "lib/output/export.hpp"
#include "lib/output/sample_sink.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

bool takes_any_size(const TrainedModel& model) {
  const auto& options = model.network->options();
  return options.arch == Architecture::kConv && options.code == CodeShape::kMap;
}

/// The files that were named; empty where DATA is another kind of data.
std::vector<fs::path> files_of(const DenoiseRequest& request) {
  if (has_parts(request.data)) return {};
  const fs::path first = request.data.data;
  if (request.more_files.empty() && fs::is_directory(first)) return image_files(first);
  if (request.more_files.empty() && !is_image_file(first)) return {};
  std::vector<fs::path> files = {first};
  files.insert(files.end(), request.more_files.begin(), request.more_files.end());
  return files;
}

/// Before anything is written: files of one name would replace each other, or what is there.
void require_free_names(const std::vector<fs::path>& names, const DenoiseRequest& request) {
  std::set<fs::path> seen;
  for (const auto& name : names) {
    if (!seen.insert(name).second) {
      throw std::invalid_argument("two of the images are called '" + name.string() +
                                  "'; clean them one folder at a time");
    }
    require_free((fs::path(request.out) / name).string(), request.overwrite);
  }
}

ImageFile cleaned_file(const TrainedModel& model, const DenoiseRequest& request,
                       const fs::path& file) {
  ImageFile image = read_image_file(file);
  DataOptions data = request.data;
  if (data.size.empty() && !takes_any_size(model)) data.size = model.data.size;
  if (const auto size = data.image_size()) resize_image(image, *size);
  try {
    image.pixels = clean_image(model, image.pixels, request.tile);
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument("'" + file.string() + "': " + error.what());
  }
  return image;
}

std::string counted_images(size_t count) {
  return std::to_string(count) + (count == 1 ? " image" : " images");
}

/// Each file on its own: one that cannot be cleaned is told of at the end, and the others are
/// written. Where one cannot be written, others could not be either.
int clean_each(const TrainedModel& model, const DenoiseRequest& request,
               const std::vector<fs::path>& files) {
  std::vector<fs::path> names;
  for (const auto& file : files) names.push_back(file.filename());
  require_free_names(names, request);
  std::vector<std::string> failed;
  for (const auto& file : files) {
    std::optional<ImageFile> cleaned;
    try {
      cleaned = cleaned_file(model, request, file);
    } catch (const std::exception& error) {
      if (files.size() == 1) throw;
      failed.emplace_back(error.what());
    }
    if (cleaned) write_image_file(fs::path(request.out) / file.filename(), *cleaned);
  }
  std::cout << "cleaned " << counted_images(files.size() - failed.size()) << " into " << request.out
            << "\n";
  for (const auto& message : failed) std::cerr << red("error: ") << message << "\n";
  return failed.empty() ? kDone : kFailed;
}

/// Images that come from one file, under their numbers.
int clean_dataset(const TrainedModel& model, const DenoiseRequest& request) {
  constexpr int64_t kBatch = 256;
  const Dataset data = load_data(data_for(model, request.data), Part::kTest);
  require_same_shape(model, data);
  std::vector<fs::path> names;
  for (int64_t i = 0; i < data.size(); ++i) names.emplace_back(numbered_png(i));
  require_free_names(names, request);
  for (int64_t begin = 0; begin < data.size(); begin += kBatch) {
    const int64_t count = std::min(kBatch, data.size() - begin);
    const auto noisy = to_unit(data.samples.narrow(0, begin, count));
    const auto cleaned = run_part(model, ModelPart::kAutoencoder, noisy);
    const auto bytes = cleaned.clamp(0, 1).mul(255).round().to(torch::kUInt8);
    for (int64_t i = 0; i < count; ++i) {
      write_png(fs::path(request.out) / names[static_cast<size_t>(begin + i)], bytes[i]);
    }
  }
  std::cout << "cleaned " << counted_images(names.size()) << " into " << request.out << "\n";
  return kDone;
}

}  // namespace

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
  const auto files = files_of(request);
  return files.empty() ? clean_dataset(model, request) : clean_each(model, request, files);
}

}  // namespace diabolo::app
