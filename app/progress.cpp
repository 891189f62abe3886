#include "app/progress.hpp"

#include <iostream>

#include "app/terminal.hpp"

namespace diabolo::app {
namespace {

constexpr int kBarWidth = 16;
constexpr size_t kMostColumns = 79;
constexpr auto kInterval = std::chrono::milliseconds(100);
constexpr const char* kClearLine = "\r\x1b[K";

std::string padded(int64_t number, int64_t widest) {
  const std::string text = std::to_string(number);
  const size_t width = std::to_string(widest).size();
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

}  // namespace

std::string progress_line(const StepReport& report) {
  const auto filled = static_cast<size_t>(kBarWidth * report.step / report.steps);
  std::string bar(filled, '=');
  if (bar.size() < kBarWidth) bar += '>';
  bar.resize(kBarWidth, ' ');
  std::string line = "epoch " + padded(report.epoch, report.epochs) + "/" +
                     std::to_string(report.epochs) + " [" + bar + "] loss " +
                     fixed(report.loss, 4) + "  " + with_commas(report.samples_per_second) +
                     "/s  " + duration(report.seconds_left) + " left";
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
  clear_bar();
  std::cerr << "epoch " << padded(report.epoch, epochs) << "/" << epochs << "  loss "
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
