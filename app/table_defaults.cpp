#include "app/table_defaults.hpp"

#include "app/flags.hpp"
#include "lib/training/config.hpp"
#include "lib/training/run_folder.hpp"

namespace diabolo::app {
namespace {

std::vector<ConfigEntry> entries(const AutoencoderOptions& model, const TrainerOptions& training) {
  auto all = entries_of(model, Unset::kAuto);
  const auto more = entries_of(training, Unset::kAuto);
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::string text_of(const ConfigEntry& entry) {
  const std::string text =
      std::visit([](const auto& value) { return to_text(value); }, entry.value);
  return "--" + Flags::flag_name(entry.name) + " " + (text.empty() ? "none" : text);
}

/// Those of `now` that differ from `before`, in lines of up to 88 columns.
std::string changes(const std::vector<ConfigEntry>& before, const std::vector<ConfigEntry>& now,
                    std::string line) {
  constexpr size_t kWidth = 88;
  std::string text;
  for (size_t i = 0; i < now.size(); ++i) {
    if (now[i].value == before[i].value) continue;
    const std::string next = " " + text_of(now[i]);
    if (line.size() + next.size() > kWidth) {
      text += line + "\n";
      line = "   ";
    }
    line += next;
  }
  return text + line;
}

}  // namespace

std::string table_defaults() {
  const auto of_rows = [](int64_t rows) {
    return entries(AutoencoderOptions::for_tables(rows), TrainerOptions::for_tables(rows));
  };
  const auto many = of_rows(kFewRows + 1);
  const std::string few = std::to_string(kFewRows);
  const std::string very_few = std::to_string(kVeryFewRows);
  return "\nDefaults shown are those of images. A table has\n" +
         changes(entries({}, {}), many, " ") + ";\n" +
         changes(many, of_rows(kFewRows), "  with " + very_few + " to " + few + " rows") + ";\n" +
         changes(many, of_rows(kVeryFewRows - 1), "  with fewer than " + very_few + " rows") + ".";
}

}  // namespace diabolo::app
