#include "lib/formats/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace diabolo::formats {

namespace {
bool is_between(char c, uint8_t least, uint8_t most) {
  const auto byte = static_cast<uint8_t>(c);
  return least <= byte && byte <= most;
}

/// What the first byte of a character says about it. The second byte of some is bounded further
/// than those after it, which are 0x80 to 0xBF.
struct Lead {
  size_t length;  ///< Of the character in bytes; 0 if no character begins like this.
  uint8_t least = 0x80;
  uint8_t most = 0xBF;
};

Lead lead_of(char c) {
  if (is_between(c, 0x00, 0x7F)) return {1};
  if (is_between(c, 0xC2, 0xDF)) return {2};
  if (is_between(c, 0xE0, 0xE0)) return {3, 0xA0, 0xBF};
  if (is_between(c, 0xED, 0xED)) return {3, 0x80, 0x9F};
  if (is_between(c, 0xE1, 0xEF)) return {3};
  if (is_between(c, 0xF0, 0xF0)) return {4, 0x90, 0xBF};
  if (is_between(c, 0xF1, 0xF3)) return {4};
  if (is_between(c, 0xF4, 0xF4)) return {4, 0x80, 0x8F};
  return {0};
}

/// Length of the character that `text` begins with, 0 if it begins with none.
size_t first_length(std::string_view text) {
  const Lead lead = lead_of(text.front());
  if (lead.length > text.size()) return 0;
  if (lead.length > 1 && !is_between(text[1], lead.least, lead.most)) return 0;
  for (size_t i = 2; i < lead.length; ++i) {
    if (!is_between(text[i], 0x80, 0xBF)) return 0;
  }
  return lead.length;
}
}  // namespace

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const size_t length = first_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string as_utf8(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const size_t length = first_length(text);
    result += length == 0 ? "?" : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

}  // namespace diabolo::formats
