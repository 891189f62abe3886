#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace diabolo::formats {

/// 'text' between single quotes, safe to show on a terminal: control characters become '?', and
/// a text of more than 200 bytes is cut. For names that come out of a file.
std::string in_quotes(std::string_view text);

/// `text` with '?' for each control character: for messages that may hold what a file says.
std::string printable(std::string text);

/// Runs `read`; the errors that it throws, of the two types that readers throw, are printable.
template <typename Read>
auto with_printable_errors(Read read) {
  try {
    return read();
  } catch (const std::invalid_argument& error) {
    throw std::invalid_argument(printable(error.what()));
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(printable(error.what()));
  }
}

/// 1234567 -> "1,234,567".
std::string grouped(uint64_t number);

/// (1, "byte") -> "1 byte"; (2000, "byte") -> "2,000 bytes".
std::string counted(uint64_t number, std::string_view noun);

/// The error for a file of the right kind whose contents are wrong: "'name' is damaged: why".
std::runtime_error damaged(std::string_view name, const std::string& why);

/// The error for a file of another kind: "'name' is not kind: why".
std::invalid_argument not_a(std::string_view kind, std::string_view name, const std::string& why);

}  // namespace diabolo::formats
