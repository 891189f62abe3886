#pragma once

#include <exception>
#include <string>

namespace diabolo::app {

/// From here on this process gets no memory beyond `most`: "800M", "4G" in powers of 1024, or a
/// number of bytes. Who asks for more throws std::bad_alloc or an error of its library, see
/// is_out_of_memory(). Counted is what the program takes to write into (RLIMIT_DATA of
/// setrlimit(2)), not its code nor the files it maps.
/// Throws std::invalid_argument if `most` is not of this form, or less than was taken already.
void limit_memory(const std::string& most);

/// True for what the standard library, LibTorch and OpenCV throw when there is no memory.
bool is_out_of_memory(const std::exception& error);

/// "out of memory", and what would help.
std::string out_of_memory_message();

}  // namespace diabolo::app
