#include "app/watch.hpp"

#include <algorithm>

#include "app/terminal.hpp"
#include "lib/data/image_io.hpp"
#include "lib/output/code_scatter.hpp"

namespace diabolo::app {
namespace {

constexpr int64_t kShownRows = 2000;
constexpr auto kInterval = std::chrono::seconds(1);
constexpr int kShare = 4;  // Training goes on for so many times as long as drawing took.

/// "validation loss 0.0812, MSE 0.00412"
std::string figures_text(const EpochReport& report) {
  if (!report.validation_mse) return "training loss " + fixed(report.train_loss, 4);
  return "validation loss " + fixed(report.validation_loss, 4) + ", MSE " +
         fixed(*report.validation_mse, 5);
}

}  // namespace

void Watch::epoch(const Work& work, const EpochReport& report) {
  if (file_.empty() || std::chrono::steady_clock::now() < next_) return;
  const auto epochs = work.options.training.epochs;
  draw(work, "epoch " + std::to_string(report.epoch) + (epochs ? "/" + to_text(*epochs) : "") +
                 ", " + figures_text(report));
}

void Watch::end(const Work& work, const Checkpoint& last) {
  if (file_.empty() || last.best_epoch == 0) return;
  const EpochReport& best = last.history[static_cast<size_t>(last.best_epoch - 1)];
  draw(work, "kept: epoch " + std::to_string(last.best_epoch) + " of " +
                 std::to_string(last.epoch) + ", " + figures_text(best));
}

void Watch::draw(const Work& work, const std::string& title) {
  const auto begin = std::chrono::steady_clock::now();
  try {
    if (work.model.table) {
      draw_table(work, title);
    } else {
      write_png(file_, samples_picture(work, title));
    }
  } catch (const std::runtime_error& error) {
    give_up(error.what());
  } catch (const std::invalid_argument& error) {
    give_up(error.what());
  }
  const auto end = std::chrono::steady_clock::now();
  next_ = std::max(begin + kInterval, end + kShare * (end - begin));
}

/// Hours of training are worth more than a picture of them.
void Watch::give_up(const char* why) {
  warn(std::string(why) + "; going on without --watch");
  file_.clear();
}

void Watch::draw_table(const Work& work, const std::string& title) {
  // Drawn, since a table may be sorted.
  if (!rows_) rows_ = drawn_samples(work.data.split.train, kShownRows);
  const std::filesystem::path folder = std::filesystem::path(file_).parent_path();
  if (!folder.empty()) std::filesystem::create_directories(folder);
  draw_codes(work.model, *rows_, colours_of(*rows_, work.options.data, {}),
             title + ": codes of " + std::to_string(rows_->size()) + " training rows", file_);
}

}  // namespace diabolo::app
