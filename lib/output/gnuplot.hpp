#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

/// gnuplot as a program beside us: a script goes in, a PNG comes out; no shell is involved.
namespace diabolo::gnuplot {

/// `text` as a string of the script that stands for just these bytes: nothing in it is executed,
/// substituted or taken for markup. Each byte but letters and spaces is escaped.
std::string literal(std::string_view text);

/// The shortest number that reads back as `value`, whatever the locale.
std::string number(double value);
std::string number(float value);

/// "#0072B2" in quotes, for `rgb`.
std::string colour(uint32_t rgb);

/// Runs a script whose terminal is pngcairo and returns the PNG that it writes to its standard
/// output. The program is `gnuplot`, or what the environment variable DIABOLO_GNUPLOT names.
/// Throws std::runtime_error when it is not installed, fails, or gives no whole PNG.
std::string run(const std::string& script);

}  // namespace diabolo::gnuplot
