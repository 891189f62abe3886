#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/command_help.hpp"
#include "app/commands.hpp"
#include "models/field.hpp"

namespace cxxopts {
class Options;
}

namespace diabolo::app {

/// The options and words of one command: a thin layer over cxxopts that reads each value whole
/// ("0.5abc" is no number), suggests the nearest option, and shows each default from its struct.
class Flags {
 public:
  /// words: what stands behind the command without dashes, as "MODEL [DATA]".
  Flags(const std::string& command, const std::string& words, const std::string& summary);
  ~Flags();

  /// A title in the help for the options that follow.
  void group(const std::string& title) {
    group_ = title;
    groups_.push_back(title);
  }

  /// An option with a value; its default is what `value` holds now.
  template <typename T>
  void add(const std::string& name, const std::string& help, T& value,
           const Rule& rule = kAnyValue) {
    add_option({name, group_, help, to_text(value), /*takes_value=*/true, words_for(value)},
               [&value, name, rule](const std::string& text) {
                 try {
                   from_text(text, value);
                 } catch (const std::invalid_argument& error) {
                   throw std::invalid_argument("--" + name + ": " + error.what());
                 }
                 check_rule("--" + name, value, rule);
               });
  }
  /// An option without a value.
  void add_switch(const std::string& name, const std::string& help, bool& value);

  /// Every field of an options struct, but for those in `except`; '_' becomes '-'.
  template <typename Options>
  void add_fields(Options& options, const std::vector<std::string>& except = {}) {
    Options::for_each_field(
        options, [&](std::string_view name, std::string_view help, auto& value, const Rule& rule) {
          if (std::find(except.begin(), except.end(), name) != except.end()) return;
          if constexpr (std::is_same_v<decltype(value), bool&>) {
            add_switch(flag_name(name), std::string(help), value);
          } else {
            add(flag_name(name), std::string(help), value, rule);
          }
        });
  }

  /// The next word without dashes. Only the last ones may be left out.
  void word(const std::string& name, std::string& value, bool required);
  /// All words behind those.
  void more_words(std::vector<std::string>& values);

  /// Reads the arguments into the values, and keeps the program to --max-memory, which every
  /// command takes. False when --help was asked for and printed. Throws std::invalid_argument
  /// naming the option, what was found and what would be right.
  bool parse(Arguments arguments);

  /// Reads what parse() saw once more: a command line wins over a file read in between.
  void apply();

  bool given(const std::string& name) const { return given_.contains(name); }

  /// Throws std::invalid_argument if any word, or any option but those in `allowed`, was given
  /// beside --`name`.
  void require_alone(const std::string& name, const std::vector<std::string>& allowed) const;

  static std::string flag_name(std::string_view field);

 private:
  using Setter = std::function<void(const std::string&)>;
  struct Word {
    std::string name;
    std::string* value;
    bool required;
  };
  template <typename T>
  static std::vector<std::string> words_for(const T&) {
    if constexpr (NamedEnum<T>) return enum_words<T>();
    return {};
  }
  template <typename T>
  static std::vector<std::string> words_for(const std::optional<T>&) {
    auto words = words_for(T{});
    if (!words.empty()) words.emplace_back("auto");
    return words;
  }

  void add_option(const OptionHelp& option, Setter setter);
  void check_names(Arguments arguments) const;
  void check_words() const;
  void apply_words();

  std::string command_, group_;
  std::string max_memory_;
  CommandHelp help_;
  std::vector<std::string> groups_ = {""};  ///< In the order of the help.
  std::unique_ptr<cxxopts::Options> options_;
  std::vector<std::string> names_;
  std::set<std::string> switches_ = {"help"};
  std::map<std::string, Setter> setters_;
  std::map<std::string, std::string> given_;
  std::vector<Word> words_;
  std::vector<std::string> given_words_;
  std::vector<std::string>* more_words_ = nullptr;
};

}  // namespace diabolo::app
