#pragma once

#include <string>
#include <string_view>

namespace diabolo::formats {

/// Whether `text` is UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above
/// U+10FFFF.
bool is_utf8(std::string_view text);

/// `text` with '?' for each byte that belongs to no character: UTF-8 always.
std::string as_utf8(std::string_view text);

}  // namespace diabolo::formats
