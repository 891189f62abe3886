#include "lib/output/tensorboard.hpp"

#include <algorithm>
#include <protozero/pbf_reader.hpp>
#include <protozero/pbf_writer.hpp>

#include "lib/formats/png.hpp"
#include "lib/formats/utf8.hpp"

namespace diabolo {
namespace {

using formats::as_utf8;
using protozero::pbf_reader;
using protozero::pbf_writer;

constexpr const char* kVersion = "brain.Event:2";

namespace event {
enum : protozero::pbf_tag_type { kTime = 1, kStep = 2, kVersion = 3, kSummary = 5, kSession = 7 };
}
namespace value {
enum : protozero::pbf_tag_type { kTag = 1, kNumber = 2, kImage = 4, kTensor = 8, kMetadata = 9 };
}
namespace image_field {
enum : protozero::pbf_tag_type { kHeight = 1, kWidth = 2, kColours = 3, kBytes = 4 };
}
namespace tensor_field {
enum : protozero::pbf_tag_type { kType = 1, kShape = 2, kFloat = 5, kString = 8 };
}
namespace metadata {
enum : protozero::pbf_tag_type { kPlugin = 1 };
}
namespace plugin_field {
enum : protozero::pbf_tag_type { kName = 1, kContent = 2 };
}
namespace session {
enum : protozero::pbf_tag_type { kStart = 3, kEnd = 4 };
}
namespace start_field {
enum : protozero::pbf_tag_type { kOption = 1, kSeconds = 5 };
}
namespace option_value {
enum : protozero::pbf_tag_type { kNumber = 2, kText = 3, kBool = 4 };
}

enum TensorType { kFloatType = 1, kStringType = 7 };
enum SessionStatus { kSuccess = 1 };
enum SessionLog { kStarted = 1 };

/// An event whose summary is what `fill` writes.
template <typename Fill>
std::string summary(const EventTime& time, const Fill& fill) {
  std::string bytes;
  pbf_writer writer(bytes);
  writer.add_double(event::kTime, time.seconds);
  writer.add_int64(event::kStep, time.step);
  pbf_writer values(writer, event::kSummary);
  fill(values);
  return bytes;
}

/// Which plugin shows a value; `content` is for it alone.
void write_plugin(pbf_writer& writer, const std::string& name, const std::string& content) {
  pbf_writer data(writer, value::kMetadata);
  pbf_writer plugin(data, metadata::kPlugin);
  plugin.add_string(plugin_field::kName, name);
  if (!content.empty()) plugin.add_bytes(plugin_field::kContent, content);
}

/// An event of one tensor: a single text.
std::string text_event(const EventTime& time, const std::string& tag, const std::string& plugin,
                       const std::string& text) {
  return summary(time, [&](pbf_writer& values) {
    pbf_writer writer(values, 1);
    writer.add_string(value::kTag, as_utf8(tag));
    {
      pbf_writer tensor(writer, value::kTensor);
      tensor.add_enum(tensor_field::kType, kStringType);
      tensor.add_message(tensor_field::kShape, std::string());
      tensor.add_bytes(tensor_field::kString, text);
    }
    write_plugin(writer, plugin, {});
  });
}

/// An event of the plugin "hparams": all is in its metadata, and the tensor means nothing.
std::string session_event(const EventTime& time, const std::string& tag,
                          protozero::pbf_tag_type kind, const std::string& message) {
  std::string content;
  pbf_writer(content).add_message(kind, message);
  return summary(time, [&](pbf_writer& values) {
    pbf_writer writer(values, 1);
    writer.add_string(value::kTag, tag);
    {
      pbf_writer tensor(writer, value::kTensor);
      tensor.add_enum(tensor_field::kType, kFloatType);
      tensor.add_message(tensor_field::kShape, std::string());
      tensor.add_float(tensor_field::kFloat, 0);
    }
    write_plugin(writer, "hparams", content);
  });
}

/// An entry of a protobuf map from text to google.protobuf.Value.
void write_option(pbf_writer& writer, const ConfigEntry& option) {
  pbf_writer entry(writer, start_field::kOption);
  entry.add_string(1, option.name);
  pbf_writer written(entry, 2);
  const auto write = [&](const auto& given) {
    using T = std::remove_cvref_t<decltype(given)>;
    if constexpr (std::is_same_v<T, bool>) {
      written.add_bool(option_value::kBool, given);
    } else if constexpr (std::is_arithmetic_v<T>) {
      written.add_double(option_value::kNumber, static_cast<double>(given));
    } else {
      written.add_string(option_value::kText, as_utf8(to_text(given)));
    }
  };
  std::visit(write, option.value);
}

/// The step of an event, if it is one.
std::optional<int64_t> step_of(const std::string& record) {
  try {
    pbf_reader reader(record);
    return reader.next(event::kStep) ? reader.get_int64() : 0;
  } catch (const protozero::exception&) {
    return {};
  }
}

}  // namespace

EventWriter::EventWriter(const std::filesystem::path& path) : file_(path) {
  std::string bytes;
  pbf_writer(bytes).add_string(event::kVersion, kVersion);
  file_.add(bytes);
}

void EventWriter::scalars(const EventTime& time, const Scalars& values) {
  file_.add(summary(time, [&](pbf_writer& all) {
    for (const auto& [tag, number] : values) {
      pbf_writer writer(all, 1);
      writer.add_string(value::kTag, as_utf8(tag));
      writer.add_float(value::kNumber, static_cast<float>(number));
    }
  }));
}

void EventWriter::image(const EventTime& time, const std::string& tag, std::string_view png) {
  const auto size = formats::png_size(png, tag);
  file_.add(summary(time, [&](pbf_writer& all) {
    pbf_writer writer(all, 1);
    writer.add_string(value::kTag, as_utf8(tag));
    pbf_writer image(writer, value::kImage);
    image.add_int32(image_field::kHeight, static_cast<int32_t>(size.height));
    image.add_int32(image_field::kWidth, static_cast<int32_t>(size.width));
    image.add_int32(image_field::kColours, 3);
    image.add_bytes(image_field::kBytes, png.data(), png.size());
  }));
}

void EventWriter::text(const EventTime& time, const std::string& tag, const std::string& markdown) {
  file_.add(text_event(time, tag, "text", as_utf8(markdown)));
}

void EventWriter::charts(const EventTime& time, const std::vector<ScalarChart>& charts) {
  std::string layout;
  {
    pbf_writer writer(layout);
    pbf_writer category(writer, 2);
    category.add_string(1, "training");
    for (const auto& chart : charts) {
      pbf_writer written(category, 2);
      written.add_string(1, as_utf8(chart.title));
      pbf_writer lines(written, 2);
      for (const auto& tag : chart.tags) lines.add_string(1, as_utf8(tag));
    }
  }
  file_.add(text_event(time, "custom_scalars__config__", "custom_scalars", layout));
}

void EventWriter::begin_session(const EventTime& time, const std::vector<ConfigEntry>& options) {
  std::string start;
  pbf_writer writer(start);
  for (const auto& option : options) write_option(writer, option);
  writer.add_double(start_field::kSeconds, time.seconds);
  file_.add(session_event(time, "_hparams_/session_start_info", session::kStart, start));
}

void EventWriter::end_session(const EventTime& time) {
  std::string end;
  pbf_writer writer(end);
  writer.add_enum(1, kSuccess);
  writer.add_double(2, time.seconds);
  file_.add(session_event(time, "_hparams_/session_end_info", session::kEnd, end));
}

void EventWriter::restart(const EventTime& time) {
  std::string bytes;
  pbf_writer writer(bytes);
  writer.add_double(event::kTime, time.seconds);
  writer.add_int64(event::kStep, time.step);
  pbf_writer(writer, event::kSession).add_enum(1, kStarted);
  file_.add(bytes);
}

int64_t cut_events_after(const std::filesystem::path& path, int64_t last) {
  int64_t kept = 0;
  uint64_t end = 0;
  {
    formats::RecordReader reader(path);
    while (const auto record = reader.next()) {
      const auto step = step_of(*record);
      if (!step || *step > last) break;
      kept = std::max(kept, *step);
      end = reader.position();
    }
  }
  if (end < std::filesystem::file_size(path)) std::filesystem::resize_file(path, end);
  return kept;
}

}  // namespace diabolo
