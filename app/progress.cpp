#include "app/progress.hpp"

#include <iostream>

#include "app/terminal.hpp"

namespace diabolo::app {
namespace {

constexpr int kBarWidth = 16;
constexpr size_t kMostColumns = 79;
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

}  // namespace

std::string progress_line(const StepReport& report) {
  const auto filled = static_cast<size_t>(kBarWidth * report.step / report.steps);
  std::string bar(filled, '=');
  if (bar.size() < kBarWidth) bar += '>';
  bar.resize(kBarWidth, ' ');
  std::string line = "epoch " + epoch_text(report.epoch, report.epochs) + " [" + bar + "] loss " +
                     fixed(report.loss, 4) + "  " + with_commas(report.samples_per_second) + "/s";
  if (report.epochs > 0) line += "  " + duration(report.seconds_left) + " left";
  if (line.size() > kMostColumns) line.resize(kMostColumns);
  return line;
}

Progress::Progress(bool quiet) : quiet_(quiet), bar_(!quiet && stderr_is_terminal()) {}

void Progress::step(const StepReport& report) {
  if (!bar_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - last_ < kInterval) return;
  last_ = now;
  std::cerr << kClearLine << progress_line(report) << std::flush;
  bar_shown_ = true;
}

void Progress::epoch(const EpochReport& report, int64_t epochs) {
  if (quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  const bool many = epochs == 0 || epochs > kManyEpochs;
  if (many && report.seconds < kShort && now - last_line_ < kLineInterval) return;
  last_line_ = now;
  clear_bar();
  std::cerr << "epoch " << epoch_text(report.epoch, epochs) << "  loss "
            << fixed(report.train_loss, 4);
  if (report.validation_mse) {
    std::cerr << "  validation " << fixed(report.validation_loss, 4) << "  MSE "
              << fixed(*report.validation_mse, 5);
  }
  std::cerr << "  " << with_commas(report.samples_per_second) << " samples/s"
            << (report.best ? "" : "  (not better)") << "\n";
}

void Progress::clear_bar() {
  if (bar_shown_) std::cerr << kClearLine;
  bar_shown_ = false;
}

}  // namespace diabolo::app
