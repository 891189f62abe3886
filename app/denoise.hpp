#pragma once

#include <string>
#include <vector>

#include "app/results.hpp"
#include "lib/output/clean_image.hpp"

namespace diabolo::app {

/// What `denoise` was asked for.
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
  std::string panel;       ///< Picture of every way to clean.
  std::string levels;      ///< "0.1,0.2", "0.1,mask:0.3": noises to compare on.
  std::string csv;         ///< The comparison as a file.
  int64_t samples = 1000;  ///< To compare on.
  int64_t tile = kTile;    ///< Side of the tiles of a large image.
};

/// Says on stderr that a model was not trained on such noise, if it was not.
void warn_beyond_training(const TrainedModel& model, const Noise& noise);

/// The model beside the filters that one would use instead: figures, and if asked for a panel.
int compare_with_filters(const DenoiseRequest& request);

/// Images that are noisy already: writes each cleaned one to the folder `out`.
int clean_given(const DenoiseRequest& request);

}  // namespace diabolo::app
