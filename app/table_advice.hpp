#pragma once

#include <string>

#include "lib/data/data_options.hpp"
#include "lib/data/table_survey.hpp"

namespace diabolo::app {

/// `given`, and with it what makes this table one to learn from: names of rows as --id, columns
/// that cannot be read or have too many words as --drop, --missing mean where cells are empty.
/// What was given stays.
DataOptions advised(const DataOptions& given, const TableSurvey& survey);

/// "build/diabolo train prices.csv --id name --missing mean", to paste in a shell.
std::string train_command(const DataOptions& options);

}  // namespace diabolo::app
