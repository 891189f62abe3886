#pragma once

#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "models/field.hpp"

// Options structs to and from config.toml and the JSON in a model file, by their for_each_field.

namespace diabolo {

using ConfigValue = std::variant<bool, int64_t, double, std::string, std::vector<int64_t>>;

struct ConfigEntry {
  std::string name;
  std::string help;
  ConfigValue value;
};

struct ConfigSection {
  std::string name;
  std::vector<ConfigEntry> entries;
};

/// Values as text by name ("epochs" -> "10"); from_text() of each field reads them.
using ConfigTexts = std::map<std::string, std::string>;

/// Neither TOML nor JSON holds any other text.
bool is_utf8(const std::string& text);

/// TOML 1.0 with each entry's help as a comment above it.
std::string to_toml(const std::vector<ConfigSection>& sections);

/// Sections by name. Throws std::invalid_argument naming the file, line and what is wrong.
std::map<std::string, ConfigTexts> read_toml(const std::string& text, const std::string& file);

/// One JSON object, names in order.
std::string to_json(const std::vector<ConfigEntry>& entries);

/// A JSON object of numbers, strings, booleans and lists of whole numbers.
/// Throws std::runtime_error naming `what`.
ConfigTexts read_json(const std::string& text, const std::string& what);

/// What becomes of a field that is not set.
enum class Unset {
  kOmit,  ///< It does not apply.
  kAuto,  ///< "auto": it was left to the program.
};

/// Every field of an options struct.
template <typename Options>
std::vector<ConfigEntry> entries_of(const Options& options, Unset unset = Unset::kOmit) {
  std::vector<ConfigEntry> entries;
  Options::for_each_field(
      options, [&](std::string_view name, std::string_view help, const auto& value, const Rule&) {
        using T = std::remove_cvref_t<decltype(value)>;
        ConfigEntry entry{std::string(name), std::string(help), {}};
        if constexpr (requires { value.has_value(); }) {
          using Number = std::remove_cvref_t<decltype(*value)>;
          if (!value && unset == Unset::kOmit) return;
          if (!value) {
            entry.value = to_text(value);
          } else if constexpr (std::is_constructible_v<ConfigValue, std::in_place_type_t<Number>,
                                                       Number>) {
            entry.value.template emplace<Number>(*value);
          } else {
            entry.value = to_text(*value);
          }
        } else if constexpr (std::is_constructible_v<ConfigValue, std::in_place_type_t<T>, T>) {
          entry.value.template emplace<T>(value);
        } else {
          entry.value = to_text(value);
        }
        entries.push_back(std::move(entry));
      });
  return entries;
}

/// Reads the fields that `texts` holds into `options` and takes them out of `texts`, so that what
/// is left belongs to nobody. Throws std::invalid_argument naming `where` and the field.
template <typename Options>
void take_fields(ConfigTexts& texts, Options& options, const std::string& where) {
  Options::for_each_field(
      options, [&](std::string_view name, std::string_view /*help*/, auto& value, const Rule&) {
        const auto found = texts.find(std::string(name));
        if (found == texts.end()) return;
        try {
          from_text(found->second, value);
        } catch (const std::invalid_argument& error) {
          throw std::invalid_argument(where + ": " + std::string(name) + ": " + error.what());
        }
        texts.erase(found);
      });
}

/// Names of all fields, for suggestions.
template <typename Options>
std::vector<std::string> field_names() {
  std::vector<std::string> names;
  const Options options;
  Options::for_each_field(options, [&](std::string_view name, std::string_view, const auto&,
                                       const Rule&) { names.emplace_back(name); });
  return names;
}

}  // namespace diabolo
