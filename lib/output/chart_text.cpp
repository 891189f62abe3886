#include "lib/output/chart_text.hpp"

#include <cstdint>

#include "lib/output/theme.hpp"

namespace diabolo {
namespace {

/// Bytes of the character that begins at `text`, or 0 if that is no UTF-8. Overlong forms and
/// surrogates pass: they are drawn as a box, which harms nobody.
size_t character_length(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  size_t length = 0;
  if (first < 0x80) length = 1;
  if (first >= 0xC2 && first < 0xE0) length = 2;
  if (first >= 0xE0 && first < 0xF0) length = 3;
  if (first >= 0xF0 && first < 0xF5) length = 4;
  if (length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) return 0;
  }
  return length;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

/// Widths in ems of DejaVu Sans, by class; characters of three bytes and more may be Chinese.
double character_width(std::string_view character) {
  constexpr std::string_view kWide = "MW@%mw";
  constexpr std::string_view kNarrow = "iIjl.,:;'|!() ";
  if (character.size() > 2) return 1.0;
  const char c = character[0];
  if (kWide.find(c) != std::string_view::npos) return 1.0;
  if (kNarrow.find(c) != std::string_view::npos) return 0.4;
  return c >= 'A' && c <= 'Z' ? 0.75 : 0.63;
}

}  // namespace

std::string one_line(std::string_view text) {
  std::string line;
  while (!text.empty()) {
    const size_t length = character_length(text);
    if (length == 0) {
      line += '?';
    } else if (is_control(text[0])) {
      line += ' ';
    } else {
      line += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return line;
}

double text_width(std::string_view text, double points) {
  double ems = 0;
  while (!text.empty()) {
    const size_t length = character_length(text);
    ems += character_width(text.substr(0, length));
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return ems * points * theme::kPixelsPerPoint;
}

std::string fitted(std::string_view text, double points, double width) {
  const std::string line = one_line(text);
  if (text_width(line, points) <= width) return line;
  constexpr std::string_view kCut = "…";
  const double room = width - text_width(kCut, points);
  std::string kept;
  std::string_view rest = line;
  while (!rest.empty()) {
    const std::string_view character = rest.substr(0, character_length(rest));
    if (text_width(kept, points) + text_width(character, points) > room) break;
    kept += character;
    rest.remove_prefix(character.size());
  }
  return kept + std::string(kCut);
}

}  // namespace diabolo
