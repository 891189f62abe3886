#include <algorithm>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "app/command_help.hpp"
#include "app/commands.hpp"
#include "app/completion_files.hpp"
#include "app/flags.hpp"
#include "app/terminal.hpp"
#include "lib/data/catalog.hpp"

namespace diabolo::app {
namespace {

/// What stands for each kind of word; a function of the script completes it.
constexpr std::string_view kFolders = "folders", kRuns = "runs", kData = "data", kFiles = "files",
                           kNothing = "nothing";

/// Options whose values are paths; those of all others are words, or numbers of which there is
/// nothing to offer.
std::string_view kind_of_option(const std::string& name) {
  static const std::map<std::string, std::string_view> kinds = {
      {"data-dir", kFolders}, {"resume", kRuns},   {"config", kFiles},
      {"out", kFiles},        {"panel", kFiles},   {"csv", kFiles},
      {"watch", kFiles},      {"picture", kFiles}, {"curve", kFiles}};
  const auto found = kinds.find(name);
  return found == kinds.end() ? kNothing : found->second;
}

/// "MODEL [DATA …]" -> "runs data more"; what is neither is a file, or one of its own words.
std::string kinds_of_words(const std::string& words) {
  static const std::map<std::string, std::string_view> kinds = {{"MODEL", kRuns}, {"RUN", kRuns},
                                                                {"RUNS", kRuns},  {"DATA", kData},
                                                                {"bash", "bash"}, {"more", "more"}};
  std::istringstream stream(words);
  std::string word, text;
  while (stream >> word) {
    std::erase_if(word, [](char c) { return c == '[' || c == ']' || c == '.'; });
    if (word == "…") word = "more";
    if (word.empty()) continue;
    const auto found = kinds.find(word);
    text += (text.empty() ? "" : " ") + std::string(found == kinds.end() ? kFiles : found->second);
  }
  return text;
}

/// The tables of the script: `case` arms.
struct Tables {
  std::string commands, options, words, values;
  std::string switches = "--help";
};

Tables make_tables() {
  Tables tables;
  std::map<std::string, std::string> values;  // An option has one meaning in every command.
  for (const Command& command : commands()) {
    const CommandHelp help = help_of(command);
    const std::string name(command.name);
    std::string options = "--help";
    for (const OptionHelp& option : help.options) {
      options += " --" + option.name;
      if (!option.takes_value) {
        tables.switches += "|--" + option.name;
      } else if (!option.values.empty()) {
        values["--" + option.name] = "words " + joined(option.values, " ");
      } else {
        values["--" + option.name] = kind_of_option(option.name);
      }
    }
    tables.commands += (tables.commands.empty() ? "" : " ") + name;
    tables.options += "    " + name + ") echo '" + options + "' ;;\n";
    tables.words += "    " + name + ") echo '" + kinds_of_words(help.words) + "' ;;\n";
  }
  for (const auto& [option, kind] : values) {
    tables.values += "    " + option + ") echo '" + kind + "' ;;\n";
  }
  return tables;
}

void print_script() {
  const Tables tables = make_tables();
  std::vector<std::string> data;
  for (const NamedData& known : known_data()) data.push_back(known.name);
  std::cout << "# Completion of diabolo for bash, made by: diabolo completion bash\n"
            << "# Without installing: source <(diabolo completion bash)\n\n_diabolo_commands='"
            << tables.commands << "'\n_diabolo_data='" << joined(data, " ")
            << "'\n\n_diabolo_options() {\n  case $1 in\n"
            << tables.options << "  esac\n}\n\n# What stands behind a command without dashes.\n"
            << "_diabolo_words() {\n  case $1 in\n"
            << tables.words << "  esac\n}\n\n_diabolo_values() {\n  case $1 in\n"
            << tables.values << "  esac\n}\n\n_diabolo_takes_value() {\n  case $1 in\n    "
            << tables.switches << ") return 1 ;;\n    --*=*) return 1 ;;\n    --*) return 0 ;;\n"
            << "  esac\n  return 1\n}\n\n"
            << completion_files::kScript;
}

}  // namespace

int run_completion(Arguments arguments) {
  std::string shell;
  Flags flags("completion", "bash",
              "Prints a script that completes commands, options, their values, run folders and\n"
              "data. An installed program has it already; else: source <(diabolo completion bash)");
  flags.word("bash", shell, /*required=*/true);
  if (!flags.parse(arguments)) return kDone;
  if (shell != "bash") throw std::invalid_argument(unknown_word("shell", shell, {"bash"}));
  print_script();
  return kDone;
}

}  // namespace diabolo::app
