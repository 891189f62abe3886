#pragma once

#include <nlohmann/json_fwd.hpp>

#include "lib/output/report.hpp"

namespace diabolo {

/// What lib/output/report/*.js draws, as one object each; what is missing is left out.
nlohmann::ordered_json run_json(const RunReport& report);

/// A row of a comparison: figures, options that matter, and the validation curve.
nlohmann::ordered_json comparison_row(const RunReport& report);

/// Figures and pictures of data, added to a run's object.
void add_data(nlohmann::ordered_json& page, const RunReport& report, const ReportData& data);

}  // namespace diabolo
