#pragma once

#include <string>
#include <vector>

namespace diabolo::app {

struct Command;

/// An option as help, completion and manual show it.
struct OptionHelp {
  std::string name;   ///< Without dashes.
  std::string group;  ///< Title in the help; "" for none.
  std::string help, default_text;
  bool takes_value = true;
  std::vector<std::string> values;  ///< All that it takes, where they are words; else empty.
};

/// What a command takes.
struct CommandHelp {
  std::string words;    ///< Behind the command without dashes: "MODEL [DATA]".
  std::string summary;  ///< Some lines.
  std::vector<OptionHelp> options;
};

/// Runs the command as far as to where it would read its arguments.
CommandHelp help_of(const Command& command);

/// Where Flags::parse() puts what it knows instead of reading arguments; null but in help_of().
CommandHelp*& asked_help();

}  // namespace diabolo::app
