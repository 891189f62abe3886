#pragma once

#include <string>

#include "app/results.hpp"

namespace diabolo::app {

/// explain for a table: prints, and draws `out` where there is anything to draw. Returns the exit
/// code. rate: share of claims that may be wrong
int explain_table(const ModelAndData& loaded, const std::string& title, double rate,
                  const std::string& out, bool json);

}  // namespace diabolo::app
