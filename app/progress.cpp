#include "app/progress.hpp"

#include <iostream>
#include <limits>
#include <vector>

#include "app/terminal.hpp"

namespace diabolo::app {
namespace {

constexpr int kBarWidth = 16;
constexpr size_t kNoLimit = std::numeric_limits<size_t>::max();  // A file, or a pipe.
constexpr auto kInterval = std::chrono::milliseconds(100);
constexpr double kShort = 0.05;  // Seconds of an epoch whose line nobody could read.
constexpr int64_t kManyEpochs = 100;
constexpr auto kLineInterval = std::chrono::seconds(1);
constexpr const char* kClearLine = "\r\x1b[K";

std::string padded(int64_t number, int64_t widest) {
  const std::string text = std::to_string(number);
  const size_t width = std::to_string(widest).size();
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

/// "3/10", or "312" when nobody knows how many there will be.
std::string epoch_text(int64_t epoch, int64_t epochs) {
  if (epochs == 0) return std::to_string(epoch);
  return padded(epoch, epochs) + "/" + std::to_string(epochs);
}

std::string bar_text(const StepReport& report) {
  const auto filled = static_cast<size_t>(kBarWidth * report.step / report.steps);
  std::string bar(filled, '=');
  if (bar.size() < kBarWidth) bar += '>';
  bar.resize(kBarWidth, ' ');
  return " [" + bar + "]";
}

/// The first of `forms` that leaves the last column free, where some terminals begin a new line;
/// else the last one, cut.
std::string fitting(const std::vector<std::string>& forms, size_t columns) {
  const size_t room = columns - 1;
  for (const auto& form : forms) {
    if (form.size() <= room) return form;
  }
  return forms.back().substr(0, room);
}

}  // namespace

std::string progress_line(const StepReport& report, size_t columns) {
  const std::string epoch = "epoch " + epoch_text(report.epoch, report.epochs);
  const std::string loss = " loss " + fixed(report.loss, 4);
  const std::string rate = "  " + with_commas(report.samples_per_second) + "/s";
  const std::string left =
      report.epochs > 0 ? "  " + duration(report.seconds_left) + " left" : std::string();
  return fitting({epoch + bar_text(report) + loss + rate + left, epoch + loss + rate + left,
                  epoch + loss + left, epoch + loss},
                 columns);
}

std::string epoch_line(const EpochReport& report, int64_t epochs, size_t columns) {
  const std::string loss =
      "epoch " + epoch_text(report.epoch, epochs) + "  loss " + fixed(report.train_loss, 4);
  const std::string rate = "  " + with_commas(report.samples_per_second) + " samples/s";
  const std::string worse = report.best ? "" : "  (not better)";
  if (!report.validation_mse) return fitting({loss + rate + worse, loss + worse, loss}, columns);
  const std::string validation = "  validation " + fixed(report.validation_loss, 4);
  const std::string mse = "  MSE " + fixed(*report.validation_mse, 5);
  return fitting({loss + validation + mse + rate + worse, loss + validation + mse + worse,
                  loss + validation + mse, loss + mse, loss},
                 columns);
}

Progress::Progress(bool quiet) : quiet_(quiet), bar_(!quiet && stderr_moves()) {}

void Progress::step(const StepReport& report) {
  if (!bar_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < kInterval) return;
  last_ = now;
  std::cerr << kClearLine << progress_line(report, stderr_columns()) << std::flush;
  bar_shown_ = true;
}

void Progress::epoch(const EpochReport& report, int64_t epochs) {
  if (quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  const bool many = epochs == 0 || epochs > kManyEpochs;
  if (many && report.seconds < kShort && now - last_line_ < kLineInterval) return;
  last_line_ = now;
  clear_bar();
  const size_t columns = stderr_is_terminal() ? stderr_columns() : kNoLimit;
  std::cerr << epoch_line(report, epochs, columns) << "\n";
}

void Progress::clear_bar() {
  if (bar_shown_) std::cerr << kClearLine;
  bar_shown_ = false;
}

}  // namespace diabolo::app
