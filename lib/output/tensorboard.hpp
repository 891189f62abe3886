#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lib/formats/tfrecord.hpp"
#include "lib/training/config.hpp"

// TensorBoard's event files: records of protobuf, by hand over protozero for the reason that
// onnx_graph.hpp gives. Numbers of fields are those of TensorBoard's event.proto, summary.proto and
// tensor.proto, and of its plugins hparams, text and custom_scalars.

namespace diabolo {

/// When something happened.
struct EventTime {
  int64_t step = 0;    ///< The epoch.
  double seconds = 0;  ///< Since 1970.
};

using Scalars = std::vector<std::pair<std::string, double>>;

/// Curves that share a chart.
struct ScalarChart {
  std::string title;
  std::vector<std::string> tags;
};

/// An event file that grows while TensorBoard reads it. All texts may hold any bytes; those that
/// are not UTF-8 become '?'. Each call may throw as RecordWriter does.
class EventWriter {
 public:
  explicit EventWriter(const std::filesystem::path& path);

  void scalars(const EventTime& time, const Scalars& values);  ///< As float32.
  void image(const EventTime& time, const std::string& tag, std::string_view png);
  void text(const EventTime& time, const std::string& tag, const std::string& markdown);
  /// The tab "Custom scalars".
  void charts(const EventTime& time, const std::vector<ScalarChart>& charts);
  /// A row of the tab "HParams" begins: its columns. Lists become text.
  void begin_session(const EventTime& time, const std::vector<ConfigEntry>& options);
  void end_session(const EventTime& time);
  /// What readers saw of this step and later ones, in earlier files, no longer counts.
  void restart(const EventTime& time);

  void flush() { file_.flush(); }  ///< Until then nothing is in the file.

 private:
  formats::RecordWriter file_;
};

/// Cuts off what an event file says of steps after `last`, and a record that is not whole. Returns
/// the last step that is left; 0 when there is none.
int64_t cut_events_after(const std::filesystem::path& path, int64_t last);

}  // namespace diabolo
