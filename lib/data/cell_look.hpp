#pragma once

#include <string>
#include <string_view>

namespace diabolo {

/// What a cell of text seems to be, so that a number that cannot be read is not taken for a word.
enum class CellLook {
  kWord,
  kComma,  ///< A number with commas: 1,5 or 1.234,56 or 1,234.
  kDate,   ///< 2024-03-31, 31/3/24, with a time behind or not.
  kUnit,   ///< A number with a unit: 12 kg, 45%, $3.50.
};

CellLook look_of(std::string_view cell);

/// "seems to be a date; …": what a person is told of a cell and can do about it; "" for a word.
std::string advice_on(CellLook look);

}  // namespace diabolo
