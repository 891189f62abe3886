#pragma once

#include <string>
#include <vector>

#include "lib/analysis/evaluate.hpp"

namespace diabolo::app {

/// Samples that a picture has room for.
inline constexpr Rule kDrawable{"1 to 100", [](double x) { return x >= 1 && x <= 100; }};

/// `data` with the size that the model's image files were resized to, unless one is given or the
/// data are no image files.
DataOptions with_size_of(const TrainedModel& model, DataOptions data);

/// A model and the data that a command runs it on.
struct ModelAndData {
  TrainedModel model;
  Dataset data;
  std::string title;  ///< "mnist, test part": says which samples these are.
};

/// Loads both. Without data.data: the test part of the data that the model was trained on, or, if
/// those have no parts, the samples that training kept apart. With it: the test part, or all.
ModelAndData load_model_and_data(const std::string& model, DataOptions data);

/// One JSON object: samples, latent, then an object of figures each for input (if there is noise),
/// model, pca and mean.
std::string evaluation_json(const Evaluation& evaluation);

/// The same as a table for a person.
std::string evaluation_table(const Evaluation& evaluation, const std::string& title);

/// Throws std::invalid_argument if a file is there and `overwrite` is not given.
void require_free(const std::string& path, bool overwrite);

}  // namespace diabolo::app
