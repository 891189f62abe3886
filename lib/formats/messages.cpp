#include "lib/formats/messages.hpp"

#include <algorithm>

namespace diabolo::formats {

namespace {
constexpr size_t kLongestQuote = 200;

bool is_control(char c) {
  const auto value = static_cast<unsigned char>(c);
  return value < 0x20 || value == 0x7f;
}
}  // namespace

std::string in_quotes(std::string_view text) {
  return "'" + printable(std::string(text.substr(0, kLongestQuote))) +
         (text.size() > kLongestQuote ? "...'" : "'");
}

std::string printable(std::string text) {
  std::replace_if(text.begin(), text.end(), is_control, '?');
  return text;
}

std::string grouped(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t left = digits.size(); left > 3; left -= 3) digits.insert(left - 3, 1, ',');
  return digits;
}

std::string counted(uint64_t number, std::string_view noun) {
  return grouped(number) + " " + std::string(noun) + (number == 1 ? "" : "s");
}

std::runtime_error damaged(std::string_view name, const std::string& why) {
  return std::runtime_error(in_quotes(name) + " is damaged: " + why);
}

std::invalid_argument not_a(std::string_view kind, std::string_view name, const std::string& why) {
  return std::invalid_argument(in_quotes(name) + " is not " + std::string(kind) + ": " + why);
}

}  // namespace diabolo::formats
