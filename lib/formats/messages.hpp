#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace diabolo::formats {

/// 'text' between single quotes, safe to show on a terminal: control characters become '?', and
/// a text of more than 200 bytes is cut. For names that come out of a file.
std::string in_quotes(std::string_view text);

/// 1234567 -> "1,234,567".
std::string grouped(uint64_t number);

/// (1, "byte") -> "1 byte"; (2000, "byte") -> "2,000 bytes".
std::string counted(uint64_t number, std::string_view noun);

/// The error for a file of the right kind whose contents are wrong: "'name' is damaged: why".
std::runtime_error damaged(std::string_view name, const std::string& why);

/// The error for a file of another kind: "'name' is not kind: why".
std::invalid_argument not_a(std::string_view kind, std::string_view name, const std::string& why);

}  // namespace diabolo::formats
