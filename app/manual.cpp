#include <iostream>

#include "app/command_help.hpp"
#include "app/commands.hpp"
#include "app/flags.hpp"

namespace diabolo::app {
namespace {

/// Text in roff: no character of it is a command, and dashes can be copied.
std::string roff(std::string_view text) {
  std::string escaped;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
    line_begins = c == '\n';
  }
  return escaped;
}

std::string option_text(const OptionHelp& option) {
  std::string text = ".TP\n.B " + roff("--" + option.name);
  if (option.takes_value) text += " \\fIX\\fR";
  text += "\n" + roff(option.help);
  if (!option.values.empty()) {
    std::string words;
    for (const auto& value : option.values) words += (words.empty() ? "" : ", ") + value;
    // Some helps name the words already.
    if (option.help.find(option.values.front()) == std::string::npos) text += roff("; " + words);
  }
  if (!option.default_text.empty()) text += " (default: " + roff(option.default_text) + ")";
  return text + "\n";
}

std::string command_text(const Command& command) {
  const CommandHelp help = help_of(command);
  const std::string name(command.name);
  std::string text = ".SS " + name + "\n.B diabolo " + name + "\n.I " + roff(help.words) +
                     "\n[OPTIONS]\n.PP\n" + roff(help.summary) + "\n";
  std::string group;
  for (const OptionHelp& option : help.options) {
    if (option.group != group) {
      group = option.group;
      text += ".PP\n.I " + roff(group) + "\n";
    }
    text += option_text(option);
  }
  return text;
}

constexpr std::string_view kHead = R"(.SH NAME
diabolo \- autoencoders on images and tables
.SH SYNOPSIS
.B diabolo
.I COMMAND
[\fIWORDS\fR] [\fIOPTIONS\fR]
.SH DESCRIPTION
An autoencoder squeezes each sample through a narrow layer, the code, and rebuilds it from there; it
needs no labels.
.B diabolo
trains them on images and on tables, draws what they learned, with PCA beside every figure, and takes
encoder and decoder away to other programs.
.PP
.I MODEL
is a run folder or a model file.
.I DATA
is a name that
.B diabolo data
lists, an IDX file, a folder of IDX files named as MNIST's, a PNG, a folder of PNGs, or a table (.csv,
\&.tsv, .npy). Nothing is overwritten unless
.B \-\-overwrite
is given. Results go to standard output, progress and errors to standard error.
.SH COMMANDS
)";

constexpr std::string_view kTail = R"(.SH ENVIRONMENT
.TP
.B DIABOLO_DATA
Folder of the named data sets; data/ in the working folder by default.
.TP
.B DIABOLO_GNUPLOT
The gnuplot that draws charts.
.TP
.B NO_COLOR
When set, no colours on a terminal.
.SH EXIT STATUS
0 done, 1 the work failed, 2 the request was wrong, 130 interrupted.
.SH EXAMPLES
.nf
diabolo train mnist\-mini \-\-epochs 50 \-\-out runs/first
diabolo reconstruct runs/first \-\-out first.png
diabolo train wine \-\-out runs/wine
diabolo scatter runs/wine \-\-out wine.png
.fi
)";

}  // namespace

int run_manual(Arguments arguments) {
  Flags flags("manual", "",
              "Prints the manual in roff. An installed program has it as man diabolo; else:\n"
              "diabolo manual | man -l -");
  if (!flags.parse(arguments)) return kDone;
  std::cout << ".TH DIABOLO 1 \"\" \"diabolo " << DIABOLO_VERSION << "\" \"User Commands\"\n"
            << kHead;
  for (const Command& command : commands()) std::cout << command_text(command);
  std::cout << kTail;
  return kDone;
}

}  // namespace diabolo::app
