#include "lib/analysis/sweep.hpp"

#include <algorithm>
#include <iostream>

#include "app/commands.hpp"
#include "app/flags.hpp"
#include "app/interrupt.hpp"
#include "app/processes.hpp"
#include "app/results.hpp"
#include "app/sweep_folder.hpp"
#include "app/sweep_report.hpp"
#include "app/table_defaults.hpp"
#include "app/terminal.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

struct SweepRequest {
  RunOptions run;
  std::vector<int64_t> latent = {1, 2, 4, 8, 16, 32, 64};
  int64_t seeds = 3;
  std::string out;
  bool overwrite = false;
  bool quiet = false;
  bool json = false;
};

void add_flags(Flags& flags, SweepRequest& request) {
  flags.word("DATA", request.run.data.data, /*required=*/true);
  flags.group("Sweep");
  flags.add("latent", "code sizes to try", request.latent, kWidth);
  flags.add("seeds", "trainings of each size, from other weights", request.seeds, kAtLeastOne);
  flags.add("out", "folder to write (sweeps/DATA-ARCH)", request.out);
  flags.add_switch("overwrite", "begin again in a folder that holds a sweep", request.overwrite);
  flags.add_switch("quiet", "no progress", request.quiet);
  flags.add_switch("json", "print the figures as one JSON object", request.json);
  flags.group("Data");
  flags.add_fields(request.run.data, {"data"});
  flags.group("Network");
  flags.add_fields(request.run.model, {"latent"});
  flags.group("Training");
  flags.add_fields(request.run.training);
}

/// What errors are taken on: the test part, else what was set apart, else all.
JudgedSamples judged_samples(const RunOptions& options, const PreparedData& data) {
  const std::string name = fs::path(options.data.data).filename().string();
  if (has_parts(options.data)) {
    return {.samples = load_data(options.data, Part::kTest), .title = name + ", test part"};
  }
  if (data.split.validation.size() > 0) {
    return {.samples = data.split.validation,
            .title = name + ", samples that training kept apart",
            .chose_epoch = true};
  }
  return {.samples = data.split.train,
          .title = name + ", the samples that were trained on",
          .trained_on = true};
}

bool is_done(const std::vector<SweepRun>& runs, int64_t latent, int64_t seed) {
  return std::ranges::any_of(
      runs, [&](const auto& run) { return run.latent == latent && run.seed == seed; });
}

struct Training {
  int64_t latent, seed;
};

std::vector<Training> unfinished(const SweepRequest& request, const std::vector<SweepRun>& runs) {
  std::vector<Training> result;
  for (const int64_t latent : request.latent) {
    for (int64_t i = 0; i < request.seeds; ++i) {
      const int64_t seed = request.run.training.seed + i;
      if (!is_done(runs, latent, seed)) result.push_back({latent, seed});
    }
  }
  return result;
}

void print_run(const SweepRun& run) {
  std::cerr << "latent " << run.latent << ", seed " << run.seed << ": MSE " << fixed(run.mse, 5)
            << (run.pca ? " (PCA " + fixed(*run.pca, 5) + ")" : "") << ", " << duration(run.seconds)
            << "\n";
}

/// Each process trains every size()-th of what is left, and the first writes all that came of it.
/// False when it was interrupted.
bool run_all(const SweepRequest& request, const PreparedData& data, const JudgedSamples& judged,
             const SweepFolder& folder, std::vector<SweepRun>& runs) {
  const FitCallbacks callbacks{
      .on_step = [](const StepReport&) { return interrupted() ? Next::kStop : Next::kContinue; },
      .on_epoch = {},
      .on_restart = {}};
  Group& group = processes();
  const std::vector<Training> left = unfinished(request, runs);
  const auto rank = static_cast<size_t>(group.rank());
  for (size_t begin = 0; begin < left.size(); begin += static_cast<size_t>(group.size())) {
    std::optional<SweepRun> here;
    group.together([&] {
      if (begin + rank >= left.size()) return;
      const Training& mine = left[begin + rank];
      here = run_sweep(request.run, data, judged.samples, mine.latent, mine.seed, callbacks);
      if (interrupted()) here.reset();
    });
    for (const SweepRun& run : gather(group, here)) {
      runs.push_back(run);
      if (!request.quiet) print_run(run);
    }
    group.together([&] {
      if (group.leads()) folder.write(runs);
    });
    if (group.any(interrupted())) return false;
  }
  return true;
}

void report(const SweepRequest& request, std::vector<SweepRun> runs, const JudgedSamples& judged,
            const SweepFolder& folder) {
  std::erase_if(runs, [&](const auto& run) {
    const int64_t nth = run.seed - request.run.training.seed;
    return nth < 0 || nth >= request.seeds ||
           std::ranges::find(request.latent, run.latent) == request.latent.end();
  });
  const std::vector<SweepPoint> points = summarise(runs);
  const std::string json = sweep_json(points, judged);
  folder.write_json(json);
  draw_sweep(points, judged.title, folder.picture());
  std::cout << (request.json ? json + "\n" : judged.title + "\n" + sweep_table(points, judged));
  std::cerr << "wrote " << folder.picture().string() << "\n";
}

int sweep(SweepRequest& request) {
  Group& group = processes();
  RunOptions& options = request.run;
  const std::string name = fs::path(options.data.data).stem().string();
  SweepFolder folder(request.out.empty() ? "sweeps/" + name + "-" + to_text(options.model.arch)
                                         : request.out);
  PreparedData data;
  JudgedSamples judged;
  std::vector<SweepRun> runs;
  group.together([&] {
    options.validate();
    resolve_machine(options.training);
    data = prepare_data(options);
    judged = judged_samples(options, data);
    runs = folder.finished(options, data.hash, request.overwrite);
  });
  group.together([&] {
    if (group.leads()) folder.open(options, data.hash, request.overwrite);
  });
  catch_interrupts();
  if (!run_all(request, data, judged, folder, runs)) {
    std::cerr << "stopped; the same command goes on from here\n";
    return kInterrupted;
  }
  group.together([&] {
    if (group.leads()) report(request, runs, judged, folder);
  });
  return kDone;
}

}  // namespace

int run_sweep_command(Arguments arguments) {
  SweepRequest request;
  Flags flags("sweep", "DATA",
              "Trains networks of several code sizes and draws their error beside PCA's, with the\n"
              "spread over seeds. Interrupted, the same command goes on where it stopped." +
                  table_defaults());
  add_flags(flags, request);
  if (!flags.parse(arguments)) return kDone;
  processes().together([&] {
    request.run = RunOptions::for_data(request.run.data);
    flags.apply();
  });
  return sweep(request);
}

}  // namespace diabolo::app
