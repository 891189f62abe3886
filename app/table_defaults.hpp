#pragma once

#include <string>

namespace diabolo::app {

/// For the help of commands that train: the defaults shown are those of images, and these are the
/// other ones of tables, by their number of rows.
std::string table_defaults();

}  // namespace diabolo::app
