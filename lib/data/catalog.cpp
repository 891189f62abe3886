#include "lib/data/catalog.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

namespace diabolo {
namespace {

namespace fs = std::filesystem;

bool is_known(const std::string& data) {
  return std::ranges::any_of(known_data(), [&](const auto& known) { return known.name == data; });
}

/// The images of one part in a folder named and filled as MNIST's, or "" when there are none.
fs::path images_in(const fs::path& folder, Part part) {
  const std::string stem = part == Part::kTrain ? "train" : "t10k";
  for (const char* ending : {"-images-idx3-ubyte", "-images-idx3-ubyte.gz"}) {
    const fs::path path = folder / (stem + ending);
    if (fs::exists(path)) return path;
  }
  return {};
}

/// A name wins over a folder of that name here: `mnist` means the same everywhere.
fs::path parts_folder(const DataOptions& options) {
  if (is_known(options.data)) return options.folder() / options.data;
  const fs::path folder = options.data;
  const bool has_idx = fs::is_directory(folder) && (!images_in(folder, Part::kTrain).empty() ||
                                                    !images_in(folder, Part::kTest).empty());
  return has_idx ? folder : fs::path();
}

/// IDX images are taken as they are.
void refuse_size(const DataOptions& options) {
  if (options.size.empty()) return;
  throw std::invalid_argument("size: only image files are resized, and '" + options.data +
                              "' is IDX; leave it out");
}

[[noreturn]] void throw_not_found(const DataOptions& options) {
  const std::string& data = options.data;
  if (is_known(data)) {
    throw std::invalid_argument("data set '" + data + "' is not in '" + options.folder().string() +
                                "'; " + how_to_get(data) + ", or say where it is with --data-dir");
  }
  std::vector<std::string> names;
  for (const auto& known : known_data()) names.push_back(known.name);
  const std::string guess = nearest(data, names);
  throw std::invalid_argument("no data named '" + data + "', and no such file or folder" +
                              (guess.empty() ? "" : "; did you mean '" + guess + "'?") +
                              " (mnist, fashion-mnist, mnist-mini, or a path)");
}

}  // namespace

fs::path DataOptions::folder() const {
  if (!data_dir.empty()) return data_dir;
  const char* variable = std::getenv("DIABOLO_DATA");
  return variable != nullptr && *variable != '\0' ? variable : "data";
}

std::optional<ImageSize> DataOptions::image_size() const {
  if (size.empty()) return {};
  return parse_image_size(size);
}

const std::vector<NamedData>& known_data() {
  static const std::vector<NamedData> known = {
      {"mnist", "handwritten digits, 60,000 + 10,000 grey images of 28 x 28"},
      {"fashion-mnist", "clothes, 60,000 + 10,000 grey images of 28 x 28"},
      {"mnist-mini", "the first 2,000 + 500 digits of MNIST, part of the source tree"}};
  return known;
}

std::string how_to_get(const std::string& name) {
  return name == "mnist-mini" ? "it lies in data/ of the source tree"
                              : "fetch it with scripts/fetch_data.sh " + name;
}

bool has_parts(const DataOptions& options) { return !parts_folder(options).empty(); }

bool is_image_files(const DataOptions& options) {
  if (has_parts(options)) return false;
  return fs::is_directory(options.data) || is_png(options.data);
}

bool data_is_there(const DataOptions& options) {
  const fs::path folder = parts_folder(options);
  return !folder.empty() && !images_in(folder, Part::kTrain).empty();
}

Dataset load_data(const DataOptions& options, Part part) {
  Dataset dataset;
  const std::string& data = options.data;
  const fs::path folder = parts_folder(options);
  if (!folder.empty()) {
    const fs::path images = images_in(folder, part);
    if (images.empty() && is_known(data)) throw_not_found(options);
    if (images.empty()) {
      const bool train = part == Part::kTrain;
      throw std::invalid_argument(
          "'" + folder.string() + "' has no " +
          (train ? "train part: it lacks train" : "test part: it lacks t10k") +
          "-images-idx3-ubyte, or .gz");
    }
    refuse_size(options);
    dataset = read_idx_images(images);
  } else if (fs::is_directory(data)) {
    dataset = read_image_folder(data, options.image_size());
  } else if (!fs::exists(data)) {
    throw_not_found(options);
  } else if (is_png(data)) {
    dataset = read_images({fs::path(data)}, options.image_size());
  } else {
    refuse_size(options);
    dataset = read_idx_images(data);
  }
  dataset.name = data;
  return dataset;
}

}  // namespace diabolo
