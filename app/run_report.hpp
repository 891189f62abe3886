#pragma once

#include <string>

#include "app/train_report.hpp"
#include "lib/output/report.hpp"

namespace diabolo::app {

/// Writes report.html of a run that has ended. What goes wrong is a warning: the training is worth
/// more than its report.
void write_run_report(const Work& work, const RunSummary& summary, const TrainReport& report);

/// What a run folder holds, but for what only its data tell.
/// Throws std::invalid_argument if it is no run folder.
RunReport read_run(const std::string& folder);

/// Adds what the data of the run tell, or says why they do not.
/// data_dir: holds the named data; "" for where the run found them.
void add_run_data(RunReport& report, const std::string& data_dir);

}  // namespace diabolo::app
