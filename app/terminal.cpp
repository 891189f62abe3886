#include "app/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <iomanip>
#include <iostream>
#include <sstream>
#include <string_view>

namespace diabolo::app {
namespace {

bool colour_wanted() {
  const char* no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  return stderr_moves();
}

std::string coloured(const char* code, const std::string& text) {
  return colour_wanted() ? std::string("\x1b[") + code + "m" + text + "\x1b[0m" : text;
}

std::string two_digits(long long number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

}  // namespace

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

bool stderr_moves() {
  const char* terminal = std::getenv("TERM");
  return stderr_is_terminal() && terminal != nullptr && std::string_view(terminal) != "dumb";
}

size_t stderr_columns() {
  struct winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

std::string red(const std::string& text) { return coloured("31", text); }
std::string green(const std::string& text) { return coloured("32", text); }
std::string yellow(const std::string& text) { return coloured("33", text); }

std::string program_name() { return shell_word(program_invocation_name); }

std::string shell_word(const std::string& word) {
  const auto plain = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("_-./:+=@%,").find(static_cast<char>(c)) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, plain)) return word;
  std::string quoted = "'";
  for (const char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

void warn(const std::string& message) { std::cerr << yellow("warning: ") << message << "\n"; }

std::string with_commas(double number) {
  if (!std::isfinite(number)) return "?";
  std::string digits = std::to_string(std::llround(number));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (digits[0] == '-' ? 1 : 0);
       at -= 3) {
    digits.insert(static_cast<size_t>(at), ",");
  }
  return digits;
}

std::string fixed(double number, int decimals) {
  std::ostringstream text;
  text << std::fixed << std::setprecision(decimals) << number;
  return text.str();
}

std::string percent(double share, int decimals) { return fixed(100 * share, decimals) + " %"; }

std::string significant(double number) {
  std::ostringstream text;
  text << std::setprecision(4) << number;
  return text.str();
}

std::string scientific(double number) {
  std::ostringstream text;
  text << std::scientific << std::setprecision(1) << number;
  return text.str();
}

std::string duration(double seconds) {
  if (!std::isfinite(seconds)) return "?";
  const long long whole = std::llround(seconds);
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) return std::to_string(whole / 60) + " min " + two_digits(whole % 60) + " s";
  return std::to_string(whole / 3600) + " h " + two_digits(whole / 60 % 60) + " min";
}

std::string joined(const std::vector<std::string>& words, const std::string& between) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

}  // namespace diabolo::app
