#include <iostream>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/interrupt.hpp"
#include "app/progress.hpp"
#include "app/results.hpp"
#include "app/run_report.hpp"
#include "app/terminal.hpp"
#include "app/train_report.hpp"
#include "lib/training/checkpoint.hpp"
#include "lib/training/config.hpp"
#include "lib/training/prepare.hpp"
#include "lib/training/run_folder.hpp"
#include "models/shape.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

struct TrainRequest {
  RunOptions run;
  std::string out;
  std::string resume;
  std::string config;
  bool overwrite = false;
  bool no_report = false;
  bool quiet = false;
  bool json = false;
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
  flags.add_switch("overwrite", "replace the run in --out", request.overwrite);
  flags.add_switch("no-report", "write no report.html", request.no_report);
  flags.add_switch("quiet", "no progress", request.quiet);
  flags.add_switch("json", "print the summary as one JSON object", request.json);
}

/// An option of the other architecture would be without effect: say so at once.
void check_architecture_flags(const Flags& flags, const AutoencoderOptions& model) {
  const bool conv = model.arch == Architecture::kConv;
  const std::vector<std::string> others =
      conv ? std::vector<std::string>{"hidden"} : std::vector<std::string>{"channels", "code"};
  for (const auto& name : others) {
    if (!flags.given(name)) continue;
    throw std::invalid_argument("--" + name + " has no effect with --arch " + to_text(model.arch) +
                                "; drop it, or give --arch " + (conv ? "dense" : "conv"));
  }
}

/// The data that the options name, and a network for them.
void load_into(Work& work) {
  work.data = prepare_data(work.options);
  for (const auto& notice : work.data.notices) warn(work.options.data.data + ": " + notice);
  TrainerOptions& training = work.options.training;
  training = training.resolved(work.options.model, work.data.split.train.size());
}

Work start(TrainRequest& request) {
  RunOptions& options = request.run;
  if (options.data.data.empty()) {
    throw std::invalid_argument(
        "DATA is missing: a name (mnist, mnist-mini, wine; diabolo data lists all) or a path");
  }
  options.validate();
  const fs::path out = request.out.empty() ? free_run_path(options) : fs::path(request.out);
  RunFolder::check_free(out, request.overwrite);
  resolve_machine(options.training);
  Work work{.folder = RunFolder(out),
            .options = options,
            .data = {},
            .model = {},
            .from = {},
            .saved = {}};
  load_into(work);
  return work;
}

Work go_on(const TrainRequest& request) {
  const RunFolder folder(request.resume);
  if (!fs::exists(folder.checkpoint())) {
    throw std::invalid_argument("'" + request.resume +
                                "' is no run to go on with: it has no checkpoint.safetensors");
  }
  RunOptions options;
  read_run_config(folder.config(), options);
  options.validate();
  resolve_machine(options.training);
  Work work{.folder = folder,
            .options = options,
            .data = {},
            .model = {},
            .from = load_checkpoint(folder.checkpoint()),
            .saved = {}};
  const bool summarised = fs::exists(folder.path() / "summary.json");
  if (summarised) {
    throw std::invalid_argument("the run in '" + request.resume + "' is complete");
  }
  load_into(work);
  if (work.data.hash != work.from->data_hash) {
    throw std::invalid_argument("'" + options.data.data +
                                "' is not the data that this run began with");
  }
  return work;
}

void prepare_model(Work& work) {
  work.model = new_model(work.options, work.data);
  const int64_t code = values_in(work.options.model.code_shape());
  const int64_t values = values_in(work.options.model.sample_shape);
  if (code >= values) {
    warn("the code (" + std::to_string(code) + " numbers) is no smaller than a sample (" +
         std::to_string(values) + " values): nothing has to be squeezed");
  }
}

void note_best(Work& work, const EpochReport& best) {
  work.model.metrics = {
      .epoch = best.epoch, .validation_loss = {}, .validation_mse = best.validation_mse};
  if (best.validation_mse) work.model.metrics.validation_loss = best.validation_loss;
}

Next save_epoch(Work& work, const EpochReport& report, const Checkpoint& checkpoint) {
  const Next next = interrupted() ? Next::kStop : Next::kContinue;
  if (!work.time_to_save()) return next;
  if (report.best) {
    note_best(work, report);
    save_model(work.model, work.folder.model());
  }
  if (!work.model.table) draw_samples(work, report);
  work.folder.write_metrics(checkpoint.history);
  save_checkpoint(checkpoint, work.data.hash, work.folder.checkpoint());
  return next;
}

/// What save_epoch() left for later.
void save_end(Work& work, const Checkpoint& end) {
  if (end.best_epoch > 0) {
    note_best(work, end.history[static_cast<size_t>(end.best_epoch - 1)]);
    save_model(work.model, work.folder.model());
  }
  work.folder.write_metrics(end.history);
  save_checkpoint(end, work.data.hash, work.folder.checkpoint());
}

void print_end(const TrainRequest& request, const RunSummary& summary) {
  if (request.json) {
    std::cout << to_json(entries_of(summary)) << "\n";
    return;
  }
  std::cout << summary_line(summary) << "\n";
  if (request.quiet) return;
  DataOptions data;
  data.data = summary.data;
  const bool table = is_table(data);
  const std::string picture = summary.run + (table ? "/scatter.png" : "/reconstruction.png");
  std::cerr << "look at it: " << program_name() << (table ? " scatter " : " reconstruct ")
            << shell_word(summary.run) << " --out " << shell_word(picture) << "\n";
  const fs::path page = RunFolder(summary.run).report();
  if (fs::exists(page)) std::cerr << "open in a browser: " << page.string() << "\n";
}

int train(const TrainRequest& request, Work work) {
  catch_interrupts();
  prepare_model(work);
  // Only now, when the network could be built: an earlier run in its place is gone after this.
  if (!work.from) {
    work.folder = RunFolder::create(work.folder.path(), work.options, request.overwrite);
  }
  Progress progress(request.quiet);
  const FitCallbacks callbacks{.on_step =
                                   [&](const StepReport& report) {
                                     progress.step(report);
                                     return interrupted() ? Next::kStop : Next::kContinue;
                                   },
                               .on_epoch =
                                   [&](const EpochReport& report, const Checkpoint& checkpoint) {
                                     progress.epoch(report,
                                                    work.options.training.epochs.value_or(0));
                                     return save_epoch(work, report, checkpoint);
                                   },
                               .on_restart =
                                   [&](const CodeUnits& code) {
                                     warn(to_sentence(code) + "; starting again, other weights");
                                   }};
  const TrainReport report =
      fit(work.model.network, work.data.split.train, work.data.split.validation,
          work.options.training, callbacks, work.from ? &work.from->checkpoint : nullptr);
  finish_model(work.model, work.data);
  const RunSummary summary = summarise(work, report);
  if (work.model.table) save_end(work, report.checkpoint);
  if (report.stopped == Stopped::kInterrupted) {
    save_checkpoint(report.checkpoint, work.data.hash, work.folder.checkpoint());
    std::cerr << "saved; go on with: " << program_name() << " train --resume "
              << shell_word(work.folder.path().string()) << "\n";
    return kInterrupted;
  }
  work.folder.write_summary(summary);
  if (!request.no_report) write_run_report(work, summary, report);
  const std::string unwell = to_sentence(report.epochs().back().code);
  if (!unwell.empty()) warn(unwell + ": a smaller --latent would hold as much");
  print_end(request, summary);
  return kDone;
}

}  // namespace

int run_train(Arguments arguments) {
  TrainRequest request;
  Flags flags("train", "DATA",
              "Fits an autoencoder and writes a run folder: the model, its options, a row of\n"
              "figures and a picture an epoch.");
  add_flags(flags, request);
  if (!flags.parse(arguments)) return kDone;
  if (!request.resume.empty()) {
    flags.require_alone("resume", {"no-report", "quiet", "json"});
    return train(request, go_on(request));
  }
  if (!request.config.empty()) {
    read_run_config(request.config, request.run);
    flags.apply();
  }
  // Only now is it known which defaults apply; what was given wins over them.
  request.run = RunOptions::for_data(request.run.data);
  if (!request.config.empty()) read_run_config(request.config, request.run);
  flags.apply();
  check_architecture_flags(flags, request.run.model);
  return train(request, start(request));
}

}  // namespace diabolo::app
