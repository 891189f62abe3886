#include "lib/data/cell_look.hpp"

#include <regex>

namespace diabolo {
namespace {

constexpr size_t kLongest = 40;  // No number or date is longer; bounds the work on a cell.

const std::regex& comma_pattern() {
  static const std::regex pattern(
      R"([+-]?(\d+,\d+([eE][+-]?\d+)?|\d{1,3}(\.\d{3})+,\d+|\d{1,3}(,\d{3})+(\.\d*)?))");
  return pattern;
}

const std::regex& date_pattern() {
  static const std::regex pattern(
      R"((\d{4}([-/.])\d{1,2}\2\d{1,2}|\d{1,2}([-/.])\d{1,2}\3(\d{4}|\d{2}))([ T].*)?)");
  return pattern;
}

const std::regex& unit_pattern() {
  static const std::regex pattern(
      R"([+-]?(\$|€|£) ?\d+([.,]\d+)?|[+-]?\d+([.,]\d+)? ?(%|€|\$|£|[A-Za-z]{1,3}))");
  return pattern;
}

}  // namespace

CellLook look_of(std::string_view cell) {
  if (cell.size() > kLongest) return CellLook::kWord;
  const auto matches = [&](const std::regex& pattern) {
    return std::regex_match(cell.begin(), cell.end(), pattern);
  };
  if (matches(comma_pattern())) return CellLook::kComma;
  if (matches(date_pattern())) return CellLook::kDate;
  if (matches(unit_pattern())) return CellLook::kUnit;
  return CellLook::kWord;
}

std::string advice_on(CellLook look) {
  switch (look) {
    case CellLook::kComma:
      return "seems to be a number with a comma; write decimals with a point and thousands "
             "without a mark";
    case CellLook::kDate:
      return "seems to be a date; write a number instead, such as the day or the month";
    case CellLook::kUnit:
      return "seems to be a number with a unit; write the number alone";
    case CellLook::kWord:
      return "";
  }
  return "";
}

}  // namespace diabolo
