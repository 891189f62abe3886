#pragma once

#include <string>
#include <vector>

#include "lib/analysis/evaluate.hpp"

namespace diabolo::app {

/// Fields of DataOptions that say how to train, so that a model knows them; and `data`, which is a
/// word.
inline const std::vector<std::string> kTrainingFields = {"data", "scale", "patch",
                                                         "patches_per_image"};
/// Those, and what a command for images has no use for.
inline const std::vector<std::string> kAllButImageFields = {
    "data", "label", "id", "drop", "delimiter", "missing", "scale", "patch", "patches_per_image"};

/// Says on stderr that rows were left out, if any were.
void warn_of_dropped(const DataOptions& data, int64_t dropped);

/// Throws std::invalid_argument naming the command when the model is for tables.
void require_images(const TrainedModel& model, const std::string& command);

/// Samples that a picture has room for.
inline constexpr Rule kDrawable{"1 to 100", [](double x) { return x >= 1 && x <= 100; }};

/// `data` as this model reads them: its own data when none are named; what was not given (the size
/// of image files, what becomes of empty cells, …) as in its training.
/// Throws std::invalid_argument when one is for tables and the other is images.
DataOptions data_for(const TrainedModel& model, DataOptions data);

/// "mnist, test part", "prices.csv": the name without the folder, for titles.
std::string data_title(const DataOptions& data);

/// A model and the data that a command runs it on.
struct ModelAndData {
  TrainedModel model;
  Dataset data;
  std::string title;  ///< "mnist, test part": says which samples these are.
  Dataset all;        ///< Of the model's own table every row, also those it was trained on; else
                      ///< `data`: for what is said of codes.
  bool on_training_rows = false;  ///< `data` are rows that the model was trained on.
  bool chose_epoch = false;       ///< `data` are those that its best epoch was chosen on.
};

/// Loads both. Without data.data: the test part of the data that the model was trained on, or, if
/// those have no parts, the samples that training kept apart. With it: the test part, or all.
ModelAndData load_model_and_data(const std::string& model, DataOptions data);

/// Device and precision: "auto" made definite, so that config.toml repeats this run and no other;
/// threads that were given are set.
void resolve_machine(TrainerOptions& training);

/// Throws std::invalid_argument if a file is there and `overwrite` is not given.
void require_free(const std::string& path, bool overwrite);

/// The same for the --out of commands that write samples, which must be given.
void require_place_for_samples(const std::string& out, bool overwrite);

}  // namespace diabolo::app
