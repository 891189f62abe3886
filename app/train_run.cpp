#include "app/train_run.hpp"

#include <iostream>

#include "app/commands.hpp"
#include "app/interrupt.hpp"
#include "app/processes.hpp"
#include "app/progress.hpp"
#include "app/run_report.hpp"
#include "app/terminal.hpp"
#include "app/train_start.hpp"
#include "app/watch.hpp"
#include "lib/training/checkpoint.hpp"
#include "lib/training/collapse.hpp"
#include "lib/training/config.hpp"
#include "models/shape.hpp"

namespace diabolo::app {
namespace {

namespace fs = std::filesystem;

void prepare_model(Work& work) {
  if (!processes().leads()) {
    work.model.network = Autoencoder(work.options.model);
    return;
  }
  work.model = new_model(work.options, work.data);
  judge_pca(work);
  const int64_t code = values_in(work.options.model.code_shape());
  const int64_t values = values_in(work.options.model.sample_shape);
  if (code >= values) {
    warn("the code (" + std::to_string(code) + " numbers) is no smaller than a sample (" +
         std::to_string(values) + " values): nothing has to be squeezed");
  }
}

/// The lock comes first: nothing is taken from a run that another training still writes.
void begin_folder(Work& work, bool overwrite) {
  const fs::path& path = work.folder.path();
  if (fs::is_directory(path)) work.lock = lock_of(work.folder);
  work.folder = RunFolder::create(path, work.options, overwrite);
  if (!work.lock) work.lock = lock_of(work.folder);
}

void note_best(Work& work, const EpochReport& best) {
  work.model.metrics = {
      .epoch = best.epoch, .validation_loss = {}, .validation_mse = best.validation_mse};
  if (best.validation_mse) work.model.metrics.validation_loss = best.validation_loss;
}

Next next_step() { return interrupted() ? Next::kStop : Next::kContinue; }

Next save_epoch(Work& work, const EpochReport& report, const Checkpoint& checkpoint) {
  const Next next = next_step();
  if (!work.time_to_save()) return next;
  if (report.best) {
    note_best(work, report);
    save_model(work.model, work.folder.model());
  }
  if (!work.model.table) draw_samples(work, report);
  if (work.log) work.log->write(checkpoint.history);
  work.folder.write_metrics(checkpoint.history);
  save_checkpoint(checkpoint, work.data.hash, work.folder);
  return next;
}

/// The model once more, now with what finish_model() did to it.
void save_finished(Work& work, const Checkpoint& end) {
  if (end.best_epoch == 0) return;
  note_best(work, end.history[static_cast<size_t>(end.best_epoch - 1)]);
  save_model(work.model, work.folder.model());
}

/// What save_epoch() left for later.
void save_rest(Work& work, const Checkpoint& end) {
  if (work.log) work.log->write(end.history);
  work.folder.write_metrics(end.history);
  save_checkpoint(end, work.data.hash, work.folder);
}

/// What is wrong with a trained network, and what to do; "" when all is well.
std::string complaint(const TrainReport& report) {
  constexpr const char* kNothing =
      ": nothing was learned; try another --learning-rate, --seed or --activation";
  if (report.flat) return std::string(kFlatOutput) + kNothing;
  const CodeUnits& code = report.epochs().back().code;
  const std::string unwell = to_sentence(code);
  if (unwell.empty()) return {};
  return unwell +
         (code.constant == code.units ? kNothing : ": a smaller --latent would hold as much");
}

void print_end(const TrainOutput& wanted, const RunSummary& summary) {
  if (wanted.json) {
    std::cout << to_json(entries_of(summary)) << "\n";
    return;
  }
  std::cout << summary_line(summary) << "\n";
  if (wanted.quiet) return;
  DataOptions data;
  data.data = summary.data;
  const bool table = is_table(data);
  const std::string picture = summary.run + (table ? "/scatter.png" : "/reconstruction.png");
  std::cerr << "look at it: " << program_name() << (table ? " scatter " : " reconstruct ")
            << shell_word(summary.run) << " --out " << shell_word(picture) << "\n";
  const fs::path page = RunFolder(summary.run).report();
  if (fs::exists(page)) std::cerr << "open in a browser: " << page.string() << "\n";
}

/// The first process alone writes and is seen; the others say when they are interrupted.
FitCallbacks callbacks_of(Work& work, Progress& progress, Watch& watch) {
  FitCallbacks callbacks;
  if (!processes().leads()) {
    callbacks.on_step = [](const StepReport&) { return next_step(); };
    return callbacks;
  }
  callbacks.on_step = [&](const StepReport& report) {
    progress.step(report);
    return next_step();
  };
  callbacks.on_epoch = [&](const EpochReport& report, const Checkpoint& checkpoint) {
    progress.epoch(report, work.options.training.epochs.value_or(0));
    watch.epoch(work, report);
    return save_epoch(work, report, checkpoint);
  };
  callbacks.on_restart = [&](const std::string& why) {
    warn(why + "; starting again, other weights");
    if (work.log) work.log->go_on(0);
  };
  return callbacks;
}

/// Returns the exit code.
int finish(const TrainOutput& wanted, Work& work, Watch& watch, const TrainReport& report) {
  finish_model(work.model, work.data);
  const RunSummary summary = summarise(work, report);
  save_finished(work, report.checkpoint);
  if (work.model.table) save_rest(work, report.checkpoint);
  if (report.stopped == Stopped::kInterrupted) {
    save_checkpoint(report.checkpoint, work.data.hash, work.folder);
    std::cerr << "saved; go on with: " << program_name() << " train --resume "
              << shell_word(work.folder.path().string()) << "\n";
    return kInterrupted;
  }
  watch.end(work, report.checkpoint);
  end_log(work);
  work.folder.write_summary(summary);
  fs::remove(work.folder.previous_checkpoint());
  if (!wanted.no_report) write_run_report(work, summary, report);
  const std::string unwell = complaint(report);
  if (!unwell.empty()) warn(unwell);
  print_end(wanted, summary);
  return kDone;
}

}  // namespace

int carry_out(const TrainOutput& wanted, Work work) {
  Group& group = processes();
  catch_interrupts();
  group.together([&] {
    prepare_model(work);
    if (!group.leads()) return;
    // Only now, when the network could be built: an earlier run in its place is gone after this.
    if (!work.from) begin_folder(work, wanted.overwrite);
    if (work.from || !wanted.no_tensorboard) open_log(work);
  });
  Watch watch(wanted.watch);
  Progress progress(wanted.quiet);
  const TrainReport report = fit(
      work.model.network, work.data.split.train, work.data.split.validation, work.options.training,
      callbacks_of(work, progress, watch), work.from ? &work.from->checkpoint : nullptr, group);
  int code = report.stopped == Stopped::kInterrupted ? kInterrupted : kDone;
  group.together([&] {
    if (group.leads()) code = finish(wanted, work, watch, report);
  });
  return code;
}

}  // namespace diabolo::app
