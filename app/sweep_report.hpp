#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lib/analysis/sweep.hpp"

namespace diabolo::app {

/// What the errors of a sweep are of.
struct JudgedSamples {
  Dataset samples;
  std::string title;
  bool trained_on = false;   ///< The networks were trained on these very samples.
  bool chose_epoch = false;  ///< Their best epochs were chosen on them.
};

/// One JSON object: samples, an object a code size with its verdict, and the knee.
std::string sweep_json(const std::vector<SweepPoint>& points, const JudgedSamples& judged);

/// The same as a table for a person, with the knee and the verdict there.
std::string sweep_table(const std::vector<SweepPoint>& points, const JudgedSamples& judged);

/// Both errors against the size of the code, as a PNG.
void draw_sweep(const std::vector<SweepPoint>& points, const std::string& title,
                const std::filesystem::path& png);

}  // namespace diabolo::app
