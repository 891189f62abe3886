#pragma once

#include <span>
#include <string>
#include <string_view>

namespace diabolo::app {

using Arguments = std::span<const char* const>;  ///< Behind the command's name.

inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongRequest = 2;
inline constexpr int kInterrupted = 130;

/// One row of the table of commands.
struct Command {
  std::string_view name;
  const char* summary;
  int (*run)(Arguments arguments);  ///< Returns the exit code; throws for errors.
  bool together = false;            ///< All processes that mpirun started share the work.
};

std::span<const Command> commands();

int run_train(Arguments arguments);
int run_reconstruct(Arguments arguments);
int run_denoise(Arguments arguments);
int run_evaluate(Arguments arguments);
int run_encode(Arguments arguments);
int run_decode(Arguments arguments);
int run_scatter(Arguments arguments);
int run_explain(Arguments arguments);
int run_traverse(Arguments arguments);
int run_interpolate(Arguments arguments);
int run_report(Arguments arguments);
int run_sweep_command(Arguments arguments);
int run_export(Arguments arguments);
int run_inspect(Arguments arguments);
int run_data(Arguments arguments);
int run_doctor(Arguments arguments);
int run_anomalies(Arguments arguments);
int run_compress(Arguments arguments);
int run_decompress(Arguments arguments);
int run_sample(Arguments arguments);
int run_completion(Arguments arguments);
int run_manual(Arguments arguments);

/// What follows the program's name: runs a command, or prints the help or the version.
int run_program(Arguments arguments);

}  // namespace diabolo::app
