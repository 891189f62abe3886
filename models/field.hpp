#pragma once

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

// How an options struct declares its fields, once. A struct has
//
//   template <typename Self, typename Visitor>
//   static void for_each_field(Self& self, Visitor&& visit) {
//     visit("epochs", "passes over the training set", self.epochs, kAtLeastOne);
//   }
//
// and from it come the command line's flags, config.toml, the JSON in a model file, the help
// and the checks. Names are snake_case; the command line writes '-' for '_'.

namespace diabolo {

/// What a number (or each number of a list) must satisfy, with the words an error shows.
struct Rule {
  std::string_view words;
  bool (*holds)(double);
};

inline constexpr Rule kAnyValue{"any value", [](double) { return true; }};
inline constexpr Rule kAtLeastOne{"1 or more", [](double x) { return x >= 1; }};
inline constexpr Rule kAtLeastZero{"0 or more", [](double x) { return x >= 0; }};
inline constexpr Rule kAboveZero{"more than 0", [](double x) { return x > 0; }};
inline constexpr Rule kWidth{"1 to 1000000", [](double x) { return x >= 1 && x <= 1e6; }};
inline constexpr Rule kThreadCount{"0 to 1024", [](double x) { return x >= 0 && x <= 1024; }};
inline constexpr Rule kBelowOne{"at least 0 and below 1", [](double x) { return x >= 0 && x < 1; }};

/// The words for an enum's values, as specialised beside each enum:
/// `template <> inline constexpr auto kEnumNames<Loss> = std::array{std::pair{Loss::kMse,
/// "mse"}…};`
template <typename Enum>
inline constexpr int kEnumNames = 0;

template <typename T>
concept NamedEnum = std::is_enum_v<T>;

// Text of a value, as a person writes it: `0.3`, `512,256`, `true`, `silu`.
std::string to_text(double value);
std::string to_text(int64_t value);
std::string to_text(bool value);
std::string to_text(const std::string& value);
std::string to_text(const std::vector<int64_t>& values);

// The reverse. The whole text must be read: throws std::invalid_argument that says what was found
// and what would be right, without the name of the field, which the caller knows.
void from_text(std::string_view text, double& value);
void from_text(std::string_view text, int64_t& value);
void from_text(std::string_view text, bool& value);
void from_text(std::string_view text, std::string& value);
void from_text(std::string_view text, std::vector<int64_t>& values);

/// The nearest of `candidates` to a misspelt `word`, or "" when none is near.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// "unknown WHAT 'FOUND'; did you mean 'X'? (a, b, c)"
std::string unknown_word(std::string_view what, std::string_view found,
                         const std::vector<std::string>& known);

/// Every word that names a value of the enum, in order.
template <NamedEnum Enum>
std::vector<std::string> enum_words() {
  std::vector<std::string> words;
  for (const auto& [value, word] : kEnumNames<Enum>) words.emplace_back(word);
  return words;
}

template <NamedEnum Enum>
std::string to_text(Enum wanted) {
  for (const auto& [value, word] : kEnumNames<Enum>) {
    if (value == wanted) return word;
  }
  throw std::logic_error("an enum value without a name");
}

template <NamedEnum Enum>
void from_text(std::string_view text, Enum& result) {
  for (const auto& [value, word] : kEnumNames<Enum>) {
    if (word == text) {
      result = value;
      return;
    }
  }
  throw std::invalid_argument(unknown_word("value", text, enum_words<Enum>()));
}

/// A value that may be left to the program: "auto" when it is not set.
template <typename T>
std::string to_text(const std::optional<T>& value) {
  return value ? to_text(*value) : "auto";
}

template <typename T>
void from_text(std::string_view text, std::optional<T>& value) {
  std::optional<T> result;
  if (text != "auto") from_text(text, result.emplace());
  value = result;
}

/// Throws std::invalid_argument saying what was found unless `value`, when it is a number, a list
/// of numbers or one that is set, keeps to the rule.
template <typename T>
void check_rule(std::string_view name, const T& value, const Rule& rule) {
  if constexpr (requires { value.has_value(); }) {
    if (value) check_rule(name, *value, rule);
  } else if constexpr (std::is_same_v<T, std::vector<int64_t>>) {
    for (const int64_t number : value) check_rule(name, number, rule);
  } else if constexpr (std::is_arithmetic_v<T>) {
    if (rule.holds(static_cast<double>(value))) return;
    throw std::invalid_argument(std::string(name) + ": found " + to_text(value) + "; give " +
                                std::string(rule.words));
  }
}

/// Throws std::invalid_argument naming the first field of `options` that breaks its rule.
template <typename Options>
void check_rules(const Options& options) {
  Options::for_each_field(options,
                          [](std::string_view name, std::string_view /*help*/, const auto& value,
                             const Rule& rule) { check_rule(name, value, rule); });
}

}  // namespace diabolo
