#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/processes.hpp"
#include "app/results.hpp"
#include "app/table_defaults.hpp"
#include "app/train_run.hpp"
#include "app/train_start.hpp"

namespace diabolo::app {
namespace {

struct TrainRequest {
  RunOptions run;
  TrainOutput output;
  std::string out;
  std::string resume;
  std::string config;
};

void add_flags(Flags& flags, TrainRequest& request) {
  flags.word("DATA", request.run.data.data, /*required=*/false);
  flags.group("Data");
  flags.add_fields(request.run.data, {"data"});
  flags.group("Network");
  flags.add_fields(request.run.model);
  flags.group("Training");
  flags.add_fields(request.run.training);
  flags.group("Run");
  flags.add("out", "run folder to write (runs/DATA-ARCH-LATENT)", request.out);
  flags.add("config", "read options from a config.toml; those given here win", request.config);
  flags.add("resume", "go on with the run in this folder, to the bit as if never stopped",
            request.resume);
  flags.add("watch", "PNG to draw again as training goes on: reconstructions, or a table's codes",
            request.output.watch);
  flags.add_switch("no-tensorboard", "write nothing for TensorBoard",
                   request.output.no_tensorboard);
  flags.add_switch("no-report", "write no report.html", request.output.no_report);
  flags.add_switch("overwrite", "replace the run in --out, and the picture of --watch",
                   request.output.overwrite);
  flags.add_switch("quiet", "no progress", request.output.quiet);
  flags.add_switch("json", "print the summary as one JSON object", request.output.json);
}

/// An option of the other architecture would be without effect: say so at once.
void check_architecture_flags(const Flags& flags, const AutoencoderOptions& model) {
  const bool conv = model.arch == Architecture::kConv;
  const std::vector<std::string> others =
      conv ? std::vector<std::string>{"hidden", "tied"}
           : std::vector<std::string>{"channels", "code", "blocks", "norm", "skip", "residual"};
  for (const auto& name : others) {
    if (!flags.given(name)) continue;
    throw std::invalid_argument("--" + name + " has no effect with --arch " + to_text(model.arch) +
                                "; drop it, or give --arch " + (conv ? "dense" : "conv"));
  }
}

/// A weight of nothing would be without effect, too.
void check_beta(const Flags& flags, const AutoencoderOptions& model) {
  if (!flags.given("beta") || model.variational) return;
  throw std::invalid_argument("--beta has no effect without --variational; give both, or drop it");
}

/// A difference has no bounds, and so no sigmoid and no cross-entropy: what was not said follows.
void suit_residual(RunOptions& run, const Flags& flags) {
  if (!run.model.residual) return;
  if (!flags.given("output")) run.model.output = Output::kLinear;
  if (!flags.given("loss") && run.training.loss == Loss::kBce) run.training.loss = Loss::kMse;
}

/// What parsing gave, with all that the data and a config.toml say.
void complete(TrainRequest& request, Flags& flags) {
  if (!request.config.empty()) {
    read_run_config(request.config, request.run);
    flags.apply();
  }
  // Only now is it known which defaults apply; what was given wins over them.
  request.run = RunOptions::for_data(request.run.data);
  if (!request.config.empty()) read_run_config(request.config, request.run);
  flags.apply();
  check_architecture_flags(flags, request.run.model);
  check_beta(flags, request.run.model);
  suit_residual(request.run, flags);
}

}  // namespace

int run_train(Arguments arguments) {
  TrainRequest request;
  Flags flags("train", "DATA",
              "Fits an autoencoder and writes a run folder: the model, its options, a row of\n"
              "figures an epoch, and of images a picture an epoch." +
                  table_defaults());
  add_flags(flags, request);
  if (!flags.parse(arguments)) return kDone;
  const TrainOutput& output = request.output;
  if (!request.resume.empty()) {
    flags.require_alone("resume", {"watch", "overwrite", "no-report", "quiet", "json"});
    if (output.overwrite && output.watch.empty()) {
      throw std::invalid_argument("--overwrite has no effect with --resume alone; drop it");
    }
    require_free(output.watch, output.overwrite);
    return carry_out(output, processes().make_together([&] { return go_on(request.resume); }));
  }
  require_free(output.watch, output.overwrite);
  return carry_out(output, processes().make_together([&] {
    complete(request, flags);
    return start(request.run, request.out, output.overwrite);
  }));
}

}  // namespace diabolo::app
