#pragma once

#include <string>
#include <string_view>

/// Texts of users in charts: any bytes, drawn on one line, in the room there is.
namespace diabolo {

/// The same text as valid UTF-8 on one line: control characters become spaces, and bytes that are
/// no UTF-8 become '?'.
std::string one_line(std::string_view text);

/// About how wide one line of UTF-8 is, in pixels; rather too much than too little.
double text_width(std::string_view text, double points);

/// one_line(text), cut with "…" at its end where it is wider than `width` pixels.
std::string fitted(std::string_view text, double points, double width);

}  // namespace diabolo
