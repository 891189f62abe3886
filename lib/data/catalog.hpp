#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lib/data/dataset.hpp"
#include "lib/data/image_io.hpp"
#include "models/field.hpp"

namespace diabolo {

enum class Part { kTrain, kTest };

/// Which data, where names are looked up, and how images are read.
struct DataOptions {
  std::string data;      ///< A name or a path.
  std::string data_dir;  ///< Holds one folder per named data set; "" for $DIABOLO_DATA, or data/.
  std::string size;      ///< Size for image files, as 28x28; "" when they must agree.

  std::filesystem::path folder() const;         ///< data_dir, or what stands for it.
  std::optional<ImageSize> image_size() const;  ///< Throws std::invalid_argument.

  template <typename Self, typename Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit("data", "name or path of the data", self.data, kAnyValue);
    visit("data_dir", "folder of the named data sets ($DIABOLO_DATA, or data/)", self.data_dir,
          kAnyValue);
    visit("size", "resize image files to HEIGHTxWIDTH", self.size, kAnyValue);
  }
};

struct NamedData {
  std::string name;
  std::string what;  ///< One line for a person.
};

/// What to do when a named data set is not there.
std::string how_to_get(const std::string& name);

/// mnist, fashion-mnist, mnist-mini.
const std::vector<NamedData>& known_data();

/// True when the data names a data set or is a folder of one: it then has a train and a test part.
bool has_parts(const DataOptions& options);

/// True for a PNG or a folder of PNGs: what DataOptions::size applies to.
bool is_image_files(const DataOptions& options);

/// True when the train part of a named data set lies in its folder.
bool data_is_there(const DataOptions& options);

/// A data set by name, an IDX file (plain or gzip), a folder of IDX files, a PNG or a folder of
/// PNGs. `part` matters only where has_parts(). Throws std::invalid_argument naming the data and
/// what would be right, std::runtime_error for damaged files.
Dataset load_data(const DataOptions& options, Part part);

}  // namespace diabolo
