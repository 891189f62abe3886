#include <ATen/Parallel.h>

#include <iostream>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/interrupt.hpp"
#include "app/progress.hpp"
#include "app/terminal.hpp"
#include "app/train_report.hpp"
#include "lib/data/split.hpp"
#include "lib/training/checkpoint.hpp"
#include "lib/training/config.hpp"
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

/// "auto" made definite, so that config.toml repeats this run and no other.
void resolve(TrainerOptions& training) {
  const torch::Device device = resolve_device(training.device);
  training.device = device.str();
  training.precision = resolve_precision(training.precision, device);
  if (training.threads > 0) at::set_num_threads(static_cast<int>(training.threads));
}

/// The data that the options name, split, and what the network must know of them.
void load_into(Work& work) {
  RunOptions& options = work.options;
  const Dataset data = load_data(options.data, Part::kTrain);
  options.model.sample_shape = data.sample_shape();
  options.model.validate();
  work.data_hash = data_hash(data);
  work.split = split_validation(data, options.training.validation,
                                static_cast<uint64_t>(options.training.seed));
}

Work start(TrainRequest& request) {
  RunOptions& options = request.run;
  if (options.data.data.empty()) {
    throw std::invalid_argument("DATA is missing: mnist, fashion-mnist, mnist-mini or a path");
  }
  options.validate();
  const fs::path out = request.out.empty() ? free_run_path(options) : fs::path(request.out);
  RunFolder::check_free(out, request.overwrite);
  resolve(options.training);
  Work work{.folder = RunFolder(out),
            .options = options,
            .data_hash = {},
            .split = {},
            .model = {},
            .from = {}};
  load_into(work);
  work.options.training = options.training.resolved(options.model, work.split.train.size());
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
  resolve(options.training);
  Work work{.folder = folder,
            .options = options,
            .data_hash = {},
            .split = {},
            .model = {},
            .from = load_checkpoint(folder.checkpoint())};
  const bool summarised = fs::exists(folder.path() / "summary.json");
  if (work.from->checkpoint.epoch >= options.training.epochs && summarised) {
    throw std::invalid_argument("the run in '" + request.resume + "' is complete");
  }
  load_into(work);
  if (work.data_hash != work.from->data_hash) {
    throw std::invalid_argument("'" + options.data.data +
                                "' is not the data that this run began with");
  }
  return work;
}

void prepare_model(Work& work) {
  work.model.network = Autoencoder(work.options.model);
  work.model.pca = fit_companion_pca(work.model.network, work.split.train);
  work.model.data = work.options.data;
  work.model.training = work.options.training;
  const int64_t code = values_in(work.options.model.code_shape());
  const int64_t values = values_in(work.options.model.sample_shape);
  if (code >= values) {
    warn("the code (" + std::to_string(code) + " numbers) is no smaller than a sample (" +
         std::to_string(values) + " values): nothing has to be squeezed");
  }
}

Next save_epoch(Work& work, const EpochReport& report, const Checkpoint& checkpoint) {
  if (report.best) {
    work.model.metrics = {
        .epoch = report.epoch, .validation_loss = {}, .validation_mse = report.validation_mse};
    if (report.validation_mse) work.model.metrics.validation_loss = report.validation_loss;
    save_model(work.model, work.folder.model());
  }
  draw_samples(work, report);
  work.folder.write_metrics(checkpoint.history);
  save_checkpoint(checkpoint, work.data_hash, work.folder.checkpoint());
  return interrupted() ? Next::kStop : Next::kContinue;
}

void print_end(const TrainRequest& request, const RunSummary& summary) {
  if (request.json) {
    std::cout << to_json(entries_of(summary)) << "\n";
    return;
  }
  std::cout << summary.run << ": ";
  if (summary.validation_mse) {
    std::cout << "validation MSE " << fixed(*summary.validation_mse, 5);
  } else {
    std::cout << "training loss " << fixed(summary.train_loss, 5);
  }
  if (summary.pca_validation_mse) {
    std::cout << " (PCA of the same size " << fixed(*summary.pca_validation_mse, 5) << ")";
  }
  std::cout << ", epoch " << summary.best_epoch << " of " << summary.epochs << ", "
            << duration(summary.seconds) << "\n";
  if (!request.quiet) {
    std::cerr << "look at it: " << program_name() << " reconstruct " << shell_word(summary.run)
              << " --out " << shell_word(summary.run + "/reconstruction.png") << "\n";
  }
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
                                     progress.epoch(report, work.options.training.epochs);
                                     return save_epoch(work, report, checkpoint);
                                   }};
  const TrainReport report =
      fit(work.model.network, work.split.train, work.split.validation, work.options.training,
          callbacks, work.from ? &work.from->checkpoint : nullptr);
  work.model.network->to(torch::kCPU);
  const RunSummary summary = summarise(work, report);
  if (report.stopped == Stopped::kInterrupted) {
    save_checkpoint(report.checkpoint, work.data_hash, work.folder.checkpoint());
    std::cerr << "saved; go on with: " << program_name() << " train --resume "
              << shell_word(work.folder.path().string()) << "\n";
    return kInterrupted;
  }
  work.folder.write_summary(summary);
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
    flags.require_alone("resume", {"quiet", "json"});
    return train(request, go_on(request));
  }
  if (!request.config.empty()) {
    read_run_config(request.config, request.run);
    flags.apply();
  }
  check_architecture_flags(flags, request.run.model);
  return train(request, start(request));
}

}  // namespace diabolo::app
