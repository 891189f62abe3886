#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "app/train_report.hpp"

namespace diabolo::app {

/// One picture that shows how training goes, replaced as a whole so that a viewer can follow it: of
/// images what the network makes of some, of tables the codes of up to 2,000 rows.
class Watch {
 public:
  /// file: a PNG to write; "" for none.
  explicit Watch(std::string file) : file_(std::move(file)) {}

  /// Draws the network as it is, unless the last picture is less than a second old, or drawing
  /// would take more than a fifth of the time.
  void epoch(const Work& work, const EpochReport& report);
  /// Draws the network that is kept.
  void end(const Work& work, const Checkpoint& last);

 private:
  void draw(const Work& work, const std::string& title);
  void give_up(const char* why);
  void draw_table(const Work& work, const std::string& title);

  std::string file_;
  std::optional<Dataset> rows_;  ///< Of a table: those that are shown.
  std::chrono::steady_clock::time_point next_{};
};

}  // namespace diabolo::app
