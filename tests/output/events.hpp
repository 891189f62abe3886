#pragma once

#include <filesystem>
#include <map>
#include <protozero/pbf_reader.hpp>
#include <string>
#include <vector>

#include "lib/formats/tfrecord.hpp"

namespace diabolo {

/// An event as a reader of TensorBoard's files sees it.
struct SeenEvent {
  std::string version;
  int64_t step = 0;
  bool restart = false;
  std::map<std::string, float> scalars;
  std::map<std::string, std::string> images;
  std::vector<std::string> tags;  ///< Of all values.
};

inline void read_value(protozero::pbf_reader value, SeenEvent& event) {
  std::string tag;
  while (value.next()) {
    if (value.tag() == 1) {
      tag = value.get_string();
      event.tags.push_back(tag);
    } else if (value.tag() == 2) {
      event.scalars[tag] = value.get_float();
    } else if (value.tag() == 4) {
      auto image = value.get_message();
      while (image.next(4)) event.images[tag] = image.get_bytes();
    } else {
      value.skip();
    }
  }
}

inline std::vector<SeenEvent> events_in(const std::filesystem::path& path) {
  std::vector<SeenEvent> events;
  formats::RecordReader records(path);
  while (const auto record = records.next()) {
    SeenEvent event;
    protozero::pbf_reader reader(*record);
    while (reader.next()) {
      if (reader.tag() == 2) {
        event.step = reader.get_int64();
      } else if (reader.tag() == 3) {
        event.version = reader.get_string();
      } else if (reader.tag() == 5) {
        auto summary = reader.get_message();
        while (summary.next(1)) read_value(summary.get_message(), event);
      } else {
        event.restart = reader.tag() == 7 || event.restart;
        reader.skip();
      }
    }
    events.push_back(event);
  }
  return events;
}

}  // namespace diabolo
