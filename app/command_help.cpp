#include "app/command_help.hpp"

#include "app/commands.hpp"

namespace diabolo::app {

/// The commands are functions that build their flags themselves, so that each is one file; this is
/// how completion and manual learn of them without a second list.
CommandHelp*& asked_help() {
  thread_local CommandHelp* asked = nullptr;
  return asked;
}

CommandHelp help_of(const Command& command) {
  CommandHelp help;
  struct Ask {
    explicit Ask(CommandHelp& wanted) { asked_help() = &wanted; }
    ~Ask() { asked_help() = nullptr; }
    Ask(const Ask&) = delete;
    Ask& operator=(const Ask&) = delete;
  } ask(help);
  command.run({});
  return help;
}

}  // namespace diabolo::app
