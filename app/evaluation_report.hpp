#pragma once

#include <optional>
#include <string>

#include "lib/analysis/code_quality.hpp"
#include "lib/analysis/evaluate.hpp"
#include "lib/analysis/stability.hpp"

namespace diabolo::app {

/// All that `evaluate` found.
struct Findings {
  Evaluation errors;
  std::optional<CodeQuality> codes;
  std::optional<Stability> stability;
  bool on_training_rows = false;  ///< The errors are of the rows that were trained on.
  bool chose_epoch = false;       ///< They are of the samples that the best epoch was chosen on.
};

/// One JSON object: samples, latent, then an object of figures each for input (if there is noise),
/// model, pca, mean and raw; of a table also columns. `verdict` is a sentence.
std::string findings_json(const Findings& findings);

/// The same as tables for a person, with what follows from them in a sentence.
std::string findings_text(const Findings& findings, const std::string& title);

}  // namespace diabolo::app
