#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "lib/data/data_options.hpp"
#include "lib/data/dataset.hpp"
#include "lib/data/image_io.hpp"

namespace diabolo {

enum class Part { kTrain, kTest };

struct NamedData {
  std::string name;
  std::string what;   ///< One line for a person.
  std::string file;   ///< Of a table, within the folder of named data; "" for images.
  std::string label;  ///< Its column with the class; "" for none.
  std::string id;     ///< Its column with the name of a row; "" for none.
};

/// What to do when a named data set is not there.
std::string how_to_get(const std::string& name);

/// mnist, fashion-mnist, mnist-mini; blobs, iris, uk-foods, wine.
const std::vector<NamedData>& known_data();

/// True when the data names a data set or is a folder of one: it then has a train and a test part.
bool has_parts(const DataOptions& options);

/// True for a PNG or a folder of PNGs: what DataOptions::size applies to.
bool is_image_files(const DataOptions& options);

/// True for an image file or a folder: what DataOptions::patch applies to.
bool are_cut_from(const DataOptions& options);

/// True for a table, named or by the ending of its path.
bool is_table(const DataOptions& options);

/// How many rows a table has, but no more than `most`, which is all that is read of it.
/// Throws std::invalid_argument when it is not there or is no table.
int64_t count_rows(const DataOptions& options, int64_t most);

/// True when a named data set (of images: its train part) lies in its folder.
bool data_is_there(const DataOptions& options);

/// Where data lie, and how they are to be read.
struct Located {
  enum Kind { kIdx, kPngs, kPatches, kTable } kind;
  std::vector<std::filesystem::path> files;  ///< One, but for kPngs and kPatches.
  DataOptions table;  ///< Of kTable: its path as `data`, with the label and id of a named one.
};

/// Throws std::invalid_argument naming the data and what would be right.
Located locate(const DataOptions& options, Part part);

/// A data set by name, an IDX file (plain or gzip), a folder of IDX files, a PNG or a folder of
/// PNGs, a table in CSV or NPY; with DataOptions::patch, squares of an image file or a folder of
/// them. `part` matters only where has_parts().
/// known: read a table by the columns of a model, filled and scaled; null: learn them, no scaling.
/// Throws std::invalid_argument naming the data and what would be right, std::runtime_error for
/// damaged files.
Dataset load_data(const DataOptions& options, Part part,
                  const std::shared_ptr<const Table>& known = {});

}  // namespace diabolo
