#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "lib/formats/messages.hpp"

namespace diabolo::app {

bool stderr_is_terminal();
bool stderr_moves();      ///< It is a terminal on which a line can be drawn again.
size_t stderr_columns();  ///< Width of the terminal now; 80 when it does not say.

/// Text in colour when stderr is a terminal that takes it and NO_COLOR is not set (no-color.org).
std::string red(const std::string& text);
std::string green(const std::string& text);
std::string yellow(const std::string& text);

std::string program_name();  ///< As it was called, to paste in a shell.

/// A word for a shell: as it is, or in quotes where it needs them.
std::string shell_word(const std::string& word);

/// "warning: …" on stderr.
void warn(const std::string& message);

std::string with_commas(double number);               ///< "24,310"
std::string fixed(double number, int decimals);       ///< "0.0037"
std::string percent(double share, int decimals = 0);  ///< "28 %"
std::string significant(double number);  ///< Four digits that count: "0.4125", "1.734e+06"
std::string scientific(double number);   ///< "4.8e-07"
std::string duration(double seconds);    ///< "45 s", "3 min 20 s", "1 h 05 min"

/// "a, b"
std::string joined(const std::vector<std::string>& words, const std::string& between = ", ");

std::string with_commas(std::integral auto number) {
  return with_commas(static_cast<double>(number));
}

/// (1, "sample") -> "1 sample"; (2000, "sample") -> "2,000 samples".
std::string counted(std::integral auto number, const std::string& noun) {
  return formats::counted(static_cast<uint64_t>(number), noun);
}

}  // namespace diabolo::app
