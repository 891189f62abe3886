#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "lib/data/image_size.hpp"
#include "models/field.hpp"

namespace diabolo {

/// What is done about empty cells of a table, and cells such as NA.
enum class Missing {
  kError,
  kMean,  ///< The mean of the training rows stands in; of a category, the shares of its levels.
  kDrop,  ///< Rows with such a cell are left out.
};
template <>
inline constexpr auto kEnumNames<Missing> =
    std::array{std::pair{Missing::kError, "error"}, std::pair{Missing::kMean, "mean"},
               std::pair{Missing::kDrop, "drop"}};

/// How a numeric column is scaled, by figures of the training rows.
enum class Scale {
  kStandard,  ///< (x - mean) / standard deviation.
  kMinmax,    ///< (x - least) / (greatest - least): the training rows lie in [0, 1].
  kRobust,    ///< (x - median) / (third quartile - first quartile).
  kNone,
};
template <>
inline constexpr auto kEnumNames<Scale> =
    std::array{std::pair{Scale::kStandard, "standard"}, std::pair{Scale::kMinmax, "minmax"},
               std::pair{Scale::kRobust, "robust"}, std::pair{Scale::kNone, "none"}};

inline constexpr Rule kPatchSide{"0, or 8 to 4096",
                                 [](double x) { return x == 0 || (x >= 8 && x <= 4096); }};

/// Which data, where names are looked up, and how they are read.
struct DataOptions {
  std::string data;      ///< A name or a path.
  std::string data_dir;  ///< Holds the named data; "" for $DIABOLO_DATA, or data/.
  std::string size;      ///< Size for image files, as 28x28; "" when they must agree.
  int64_t patch = 0;     ///< Side of squares cut from image files; 0: whole images.
  std::optional<int64_t> patches_per_image;  ///< Of those; when not set: 100.
  std::string label;                         ///< Column with the class of a row; "" for none.
  std::string id;                            ///< Column with the name of a row; "" for none.
  std::string drop;                          ///< Columns to leave out, separated by commas.
  std::string delimiter;                     ///< "," ";" "tab", or "" to see from the first line.
  std::optional<Missing> missing;  ///< When not set: an error; with a model: as in its training.
  Scale scale = Scale::kStandard;

  std::filesystem::path folder() const;         ///< data_dir, or what stands for it.
  std::optional<ImageSize> image_size() const;  ///< Throws std::invalid_argument.
  int64_t patches_of_each() const { return patches_per_image.value_or(100); }
  void validate() const;  ///< Throws std::invalid_argument.

  template <typename Self, typename Visitor>
  static void for_each_field(Self& self, Visitor&& visit) {
    visit("data", "name or path of the data", self.data, kAnyValue);
    visit("data_dir", "folder of the named data sets ($DIABOLO_DATA, or data/)", self.data_dir,
          kAnyValue);
    visit("size", "resize image files to HEIGHTxWIDTH", self.size, kAnyValue);
    visit("patch",
          "cut squares of so many pixels a side from image files (PNG, JPEG, PNM) of any size; 0: "
          "whole images",
          self.patch, kPatchSide);
    visit("patches_per_image", "squares to cut from each; auto: 100", self.patches_per_image,
          kWidth);
    visit("label", "table column with the class of a row: for colours and figures, no input",
          self.label, kAnyValue);
    visit("id", "table column with the name of a row, no input", self.id, kAnyValue);
    visit("drop", "table columns to leave out, separated by commas", self.drop, kAnyValue);
    visit("delimiter", "between the cells of a table: , ; or tab (seen from its first line)",
          self.delimiter, kAnyValue);
    visit("missing", "empty cells of a table: error, mean or drop (the row); auto: error",
          self.missing, kAnyValue);
    visit("scale", "scaling of table columns: standard, minmax, robust or none", self.scale,
          kAnyValue);
  }
};

}  // namespace diabolo
