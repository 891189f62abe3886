#include "app/commands.hpp"

#include <algorithm>
#include <array>
#include <iomanip>
#include <iostream>
#include <stdexcept>

#include "app/processes.hpp"
#include "models/field.hpp"

namespace diabolo::app {
namespace {

constexpr std::array kCommands{
    Command{"train", "fit an autoencoder and write a run folder", run_train,
            /*together=*/true},
    Command{"reconstruct", "originals and their reconstructions, side by side in a PNG",
            run_reconstruct},
    Command{"denoise", "clean noisy images, or show how well it works on noise of a known level",
            run_denoise},
    Command{"evaluate", "errors on data, with PCA and the mean sample beside them", run_evaluate},
    Command{"anomalies", "how unusual each sample is, and which columns make it so", run_anomalies},
    Command{"encode", "the code of every sample, as .npy or .csv", run_encode},
    Command{"decode", "codes back into samples: a picture, PNGs, .npy or .csv", run_decode},
    Command{"compress", "samples as codes in few bytes, to a wanted error or size", run_compress},
    Command{"decompress", "samples again, all or some, of what compress wrote", run_decompress},
    Command{"sample", "new samples that a variational network makes up", run_sample},
    Command{"scatter", "codes as points in a picture, PCA's beside them", run_scatter},
    Command{"explain", "which pixels or columns the code depends on; which columns follow",
            run_explain},
    Command{"traverse", "what changes as one number of the code does; two as a map", run_traverse},
    Command{"interpolate", "the way from one sample to another, through their codes",
            run_interpolate},
    Command{"report", "a page of a run to look at, or of several beside each other", run_report},
    Command{"sweep", "error against code size, PCA's beside it, with the knee", run_sweep_command,
            /*together=*/true},
    Command{"export", "the encoder, the decoder or both for other programs: ONNX, TorchScript",
            run_export},
    Command{"inspect", "what is in a model, a run folder or a data file", run_inspect},
    Command{"data", "the data sets known by name, and where they lie", run_data},
    Command{"doctor", "versions, processor, threads and data sets of this machine", run_doctor},
    Command{"completion", "completion of commands, options and values for bash", run_completion},
    Command{"manual", "all commands and options as one page for man", run_manual},
};

void print_help() {
  std::cout << "diabolo " << DIABOLO_VERSION << ": autoencoders on images and tables\n\n"
            << "usage: diabolo COMMAND …\n\n";
  for (const Command& command : kCommands) {
    std::cout << "  " << std::left << std::setw(13) << command.name << command.summary << "\n";
  }
  std::cout << "\nA first run:\n"
               "  diabolo train mnist-mini --epochs 50 --out runs/first\n"
               "  diabolo reconstruct runs/first --out first.png\n\n"
               "A table, drawn as points:\n"
               "  diabolo train wine --out runs/wine\n"
               "  diabolo scatter runs/wine --out wine.png\n\n"
               "diabolo COMMAND --help tells the options of one. MODEL is a run folder or a model\n"
               "file; DATA is a name that diabolo data lists, an IDX file, a folder of IDX files\n"
               "named as MNIST's, a PNG, a folder of PNGs, or a table (.csv, .tsv, .npy). Exit\n"
               "codes: 0 done, 1 the work failed, 2 the request was wrong, 130 interrupted.\n";
}

/// Null for what is no command.
const Command* find_command(const std::string& word) {
  const auto found = std::ranges::find(kCommands, word, &Command::name);
  return found == kCommands.end() ? nullptr : &*found;
}

}  // namespace

std::span<const Command> commands() { return kCommands; }

int run_program(Arguments arguments) {
  const std::string word = arguments.empty() ? "" : arguments[0];
  const Command* const command = find_command(word);
  if (command != nullptr && command->together) join_processes();
  if (is_spare_process() && processes().size() == 1) return kDone;
  if (arguments.empty()) {
    throw std::invalid_argument("no command given; diabolo --help lists them");
  }
  if (word == "--help" || word == "-h" || word == "help") {
    print_help();
    return kDone;
  }
  if (word == "--version") {
    std::cout << "diabolo " << DIABOLO_VERSION << "\n";
    return kDone;
  }
  if (command != nullptr) return command->run(arguments.subspan(1));
  std::vector<std::string> names;
  for (const Command& known : kCommands) names.emplace_back(known.name);
  throw std::invalid_argument(unknown_word("command", word, names));
}

}  // namespace diabolo::app
