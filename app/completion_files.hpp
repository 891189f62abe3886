#pragma once

#include <string_view>

/// Files that the build compiles in (cmake/Embed.cmake).
namespace diabolo::app::completion_files {

extern const std::string_view kScript;  ///< app/completion.bash

}  // namespace diabolo::app::completion_files
