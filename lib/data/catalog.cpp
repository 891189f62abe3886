#include "lib/data/catalog.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "lib/data/idx_images.hpp"
#include "lib/data/image_file.hpp"
#include "lib/data/patches.hpp"
#include "lib/data/table_reader.hpp"
#include "lib/data/table_source.hpp"
#include "lib/data/table_stream.hpp"

namespace diabolo {
namespace {

namespace fs = std::filesystem;

/// Null for what is no name.
const NamedData* find_known(const std::string& data) {
  const auto& all = known_data();
  const auto found = std::ranges::find(all, data, &NamedData::name);
  return found == all.end() ? nullptr : &*found;
}

bool is_known(const std::string& data) { return find_known(data) != nullptr; }

bool is_known_table(const std::string& data) {
  const NamedData* known = find_known(data);
  return known != nullptr && !known->file.empty();
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
  if (is_known_table(options.data)) return {};
  if (is_known(options.data)) return options.folder() / options.data;
  const fs::path folder = options.data;
  const bool has_idx = fs::is_directory(folder) && (!images_in(folder, Part::kTrain).empty() ||
                                                    !images_in(folder, Part::kTest).empty());
  return has_idx ? folder : fs::path();
}

std::string known_names() {
  std::string names;
  for (const auto& known : known_data()) names += (names.empty() ? "" : ", ") + known.name;
  return names;
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
                              (guess.empty() ? "" : "; did you mean '" + guess + "'?") + " (" +
                              known_names() + ", or a path)");
}

/// An option that these data have no use for would be without effect.
void refuse_options(const DataOptions& options, Located::Kind kind) {
  const auto refuse = [&](const std::string& name, const std::string& why, bool given) {
    if (!given) return;
    const char* is = kind == Located::kIdx     ? "' is IDX"
                     : kind == Located::kTable ? "' is a table"
                                               : "' holds images";
    throw std::invalid_argument(name + ": " + why + ", and '" + options.data + is +
                                "; leave it out");
  };
  if (kind == Located::kIdx || kind == Located::kTable) {
    refuse("size", "only image files are resized", !options.size.empty());
    refuse("patch", "squares are cut from image files", options.patch > 0);
  }
  if (kind == Located::kTable) return;
  refuse("label", "is for tables", !options.label.empty());
  refuse("id", "is for tables", !options.id.empty());
  refuse("drop", "is for tables", !options.drop.empty());
  refuse("delimiter", "is for tables", !options.delimiter.empty());
  refuse("missing", "is for tables", options.missing.has_value());
}

Located locate_table(const DataOptions& options) {
  Located result{.kind = Located::kTable, .files = {}, .table = options};
  if (const NamedData* known = find_known(options.data)) {
    const fs::path path = options.folder() / known->file;
    if (!fs::exists(path)) throw_not_found(options);
    result.table.data = path.string();
    if (result.table.label.empty()) result.table.label = known->label;
    if (result.table.id.empty()) result.table.id = known->id;
  }
  result.files = {result.table.data};
  return result;
}

Located locate_idx(const DataOptions& options, const fs::path& folder, Part part) {
  const fs::path images = images_in(folder, part);
  if (images.empty() && is_known(options.data)) throw_not_found(options);
  if (images.empty()) {
    const bool train = part == Part::kTrain;
    throw std::invalid_argument(
        "'" + folder.string() + "' has no " +
        (train ? "train part: it lacks train" : "test part: it lacks t10k") +
        "-images-idx3-ubyte, or .gz");
  }
  return {.kind = Located::kIdx, .files = {images}, .table = {}};
}

Located find(const DataOptions& options, Part part) {
  const std::string& data = options.data;
  const fs::path folder = parts_folder(options);
  if (!folder.empty()) return locate_idx(options, folder, part);
  if (is_known_table(data)) return locate_table(options);
  if (options.patch > 0 && are_cut_from(options)) {
    const bool folder_of_them = fs::is_directory(data);
    return {.kind = Located::kPatches,
            .files = folder_of_them ? image_files(data) : std::vector<fs::path>{data},
            .table = {}};
  }
  if (fs::is_directory(data)) {
    return {.kind = Located::kPngs, .files = png_files(data), .table = {}};
  }
  if (!fs::exists(data)) throw_not_found(options);
  if (is_png(data)) return {.kind = Located::kPngs, .files = {data}, .table = {}};
  if (is_table_name(data)) return locate_table(options);
  return {.kind = Located::kIdx, .files = {data}, .table = {}};
}

}  // namespace

void DataOptions::validate() const {
  static_cast<void>(image_size());
  check_rule("patch", patch, kPatchSide);
  check_rule("patches_per_image", patches_per_image, kWidth);
  if (patch > 0 && !size.empty()) {
    throw std::invalid_argument(
        "size: patches are cut from images of any size as they are; leave it out, or --patch");
  }
  if (patch == 0 && patches_per_image) {
    throw std::invalid_argument("patches_per_image: goes with patch; give --patch 64, or drop it");
  }
  if (delimiter.empty() || delimiter == "," || delimiter == ";" || delimiter == "tab") return;
  throw std::invalid_argument("delimiter: found '" + delimiter + "'; give , ; or tab");
}

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
      {"mnist", "handwritten digits, 60,000 + 10,000 grey images of 28 x 28", "", "", ""},
      {"fashion-mnist", "clothes, 60,000 + 10,000 grey images of 28 x 28", "", "", ""},
      {"mnist-mini", "the first 2,000 + 500 digits of MNIST, part of the source tree", "", "", ""},
      {"blobs", "300 points in space, in 5 clouds", "blobs.csv", "cloud", ""},
      {"iris", "4 measures of 150 flowers of 3 species (Fisher 1936)", "iris.csv", "species", ""},
      {"uk-foods", "17 foods eaten in the 4 countries of the United Kingdom, in g a week",
       "uk_foods.csv", "", "country"},
      {"wine", "13 measures of 178 wines of 3 growers (Forina 1991)", "wine.csv", "grower", ""}};
  return known;
}

std::string how_to_get(const std::string& name) {
  const bool ours = name == "mnist-mini" || is_known_table(name);
  return ours ? "it lies in data/ of the source tree"
              : "fetch it with scripts/fetch_data.sh " + name;
}

bool has_parts(const DataOptions& options) { return !parts_folder(options).empty(); }

bool is_image_files(const DataOptions& options) {
  if (has_parts(options)) return false;
  return fs::is_directory(options.data) || is_png(options.data);
}

bool are_cut_from(const DataOptions& options) {
  if (has_parts(options)) return false;
  return fs::is_directory(options.data) || is_image_file(options.data);
}

bool is_table(const DataOptions& options) {
  if (is_known_table(options.data)) return true;
  return !is_known(options.data) && !fs::is_directory(options.data) && is_table_name(options.data);
}

int64_t count_rows(const DataOptions& options, int64_t most) {
  const DataOptions table = locate(options, Part::kTrain).table;
  const auto source = open_table(table.data, table.delimiter);
  int64_t rows = 0;
  while (rows < most && source->next()) ++rows;
  return rows;
}

bool data_is_there(const DataOptions& options) {
  if (is_known_table(options.data)) {
    return fs::exists(options.folder() / find_known(options.data)->file);
  }
  const fs::path folder = parts_folder(options);
  return !folder.empty() && !images_in(folder, Part::kTrain).empty();
}

Located locate(const DataOptions& options, Part part) {
  Located result = find(options, part);
  refuse_options(options, result.kind);
  return result;
}

Dataset load_data(const DataOptions& options, Part part,
                  const std::shared_ptr<const Table>& known) {
  const Located found = locate(options, part);
  Dataset dataset;
  switch (found.kind) {
    case Located::kIdx:
      dataset = read_idx_images(found.files[0]);
      break;
    case Located::kPngs:
      dataset = read_images(found.files, options.image_size());
      break;
    case Located::kPatches:
      dataset = read_patches(found.files, options.patch, options.patches_of_each());
      break;
    case Located::kTable:
      dataset = known ? TableStream(found.table, known).next(0) : read_table(found.table);
      break;
  }
  if (dataset.size() == 0) throw std::invalid_argument("'" + options.data + "' holds no samples");
  dataset.name = options.data;
  return dataset;
}

}  // namespace diabolo
