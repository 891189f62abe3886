#pragma once

#include <string>

#include "lib/data/table.hpp"

namespace diabolo {

/// Columns, label, id and what was left out as JSON; the numbers of the scaler are not in it.
std::string to_json(const Table& table);

/// Throws std::runtime_error naming `where` for anything that is not such a table.
Table read_table_json(const std::string& text, const std::string& where);

}  // namespace diabolo
