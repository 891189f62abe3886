#include "lib/training/config.hpp"

#include <toml++/toml.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace diabolo {
namespace {

std::string toml_value(const ConfigValue& value) {
  std::ostringstream text;
  std::visit(
      [&](const auto& alternative) {
        using T = std::remove_cvref_t<decltype(alternative)>;
        if constexpr (std::is_same_v<T, std::vector<int64_t>>) {
          toml::array array;
          for (const int64_t number : alternative) array.push_back(number);
          text << array;
        } else if constexpr (std::is_same_v<T, double>) {
          const std::string number = to_text(alternative);
          // TOML tells 1.0 from 1.
          text << number << (number.find_first_of(".en") == std::string::npos ? ".0" : "");
        } else {
          text << toml::value<T>(alternative);
        }
      },
      value);
  return text.str();
}

[[noreturn]] void throw_at(const std::string& file, const toml::node& node,
                           const std::string& message) {
  throw std::invalid_argument(file + ":" + std::to_string(node.source().begin.line) + ": " +
                              message);
}

std::string node_text(const toml::node& node, const std::string& file, const std::string& name) {
  if (const auto* number = node.as_integer()) return to_text(number->get());
  if (const auto* number = node.as_floating_point()) return to_text(number->get());
  if (const auto* word = node.as_string()) return word->get();
  if (const auto* truth = node.as_boolean()) return to_text(truth->get());
  if (const auto* array = node.as_array()) {
    std::vector<int64_t> numbers;
    for (const auto& element : *array) {
      const auto* number = element.as_integer();
      if (number == nullptr) throw_at(file, element, name + ": a list holds whole numbers");
      numbers.push_back(number->get());
    }
    return to_text(numbers);
  }
  throw_at(file, node, name + ": give a number, a text, true, false or a list of whole numbers");
}

}  // namespace

bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::type_error&) {
    return false;
  }
}

std::string to_toml(const std::vector<ConfigSection>& sections) {
  std::string text;
  for (const auto& section : sections) {
    text += (text.empty() ? "[" : "\n[") + section.name + "]\n";
    for (const auto& entry : section.entries) {
      text += "# " + entry.help + "\n" + entry.name + " = " + toml_value(entry.value) + "\n";
    }
  }
  return text;
}

std::map<std::string, ConfigTexts> read_toml(const std::string& text, const std::string& file) {
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw std::invalid_argument(file + ":" + std::to_string(error.source().begin.line) + ": " +
                                std::string(error.description()));
  }
  std::map<std::string, ConfigTexts> sections;
  for (const auto& [key, node] : table) {
    const std::string section(key.str());
    const auto* entries = node.as_table();
    if (entries == nullptr) {
      throw_at(file, node,
               "'" + section +
                   "' stands in no section; write it below [training], "
                   "[model] or [data]");
    }
    for (const auto& [name, value] : *entries) {
      sections[section][std::string(name.str())] = node_text(value, file, std::string(name.str()));
    }
  }
  return sections;
}

std::string to_json(const std::vector<ConfigEntry>& entries) {
  nlohmann::ordered_json object = nlohmann::ordered_json::object();
  for (const auto& entry : entries) {
    std::visit([&](const auto& value) { object[entry.name] = value; }, entry.value);
  }
  return object.dump();
}

ConfigTexts read_json(const std::string& text, const std::string& what) {
  const auto object = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) throw std::runtime_error(what + " is not a JSON object");
  ConfigTexts texts;
  for (const auto& [name, value] : object.items()) {
    if (value.is_number_integer()) {
      texts[name] = to_text(value.get<int64_t>());
    } else if (value.is_number_float()) {
      texts[name] = to_text(value.get<double>());
    } else if (value.is_string()) {
      texts[name] = value.get<std::string>();
    } else if (value.is_boolean()) {
      texts[name] = to_text(value.get<bool>());
    } else if (value.is_array()) {
      std::vector<int64_t> numbers;
      for (const auto& element : value) {
        if (!element.is_number_integer()) {
          throw std::runtime_error(what + ": '" + name + "' holds more than whole numbers");
        }
        numbers.push_back(element.get<int64_t>());
      }
      texts[name] = to_text(numbers);
    } else {
      throw std::runtime_error(what + ": '" + name + "' is neither number, text nor list");
    }
  }
  return texts;
}

}  // namespace diabolo
